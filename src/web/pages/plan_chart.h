/*
 * plan_chart.h - pictures of an outlook, drawn on the server: beds in use as a fan,
 * waits of services, what differs between two. Wide and narrow, as chart.h; a table
 * with the same numbers follows on the page.
 */
#ifndef LINNET_WEB_PAGES_PLAN_CHART_H
#define LINNET_WEB_PAGES_PLAN_CHART_H

#include "codec/html.h"
#include "plan/outlook.h"

/* The fan; `beds`: a line at so many beds, 0 none. `top`: of the axis, 0 as it fits (two that are compared share
 * one). Empty if there is none. */
struct html chart_fan(const struct outlook *o, double top, bool narrow, struct arena *a);
double chart_fan_top(const struct outlook *o);
/* Middle wait, 9 in 10 and 19 in 20 of each service with a limit. */
struct html chart_waits(const struct outlook *o, bool narrow, struct arena *a);
/* Differences in per cent of A with their intervals. */
struct html chart_differences(const struct outlook *a, const struct outlook *b, bool narrow, struct arena *arena);

#endif
