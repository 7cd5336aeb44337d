/* What a service does with those who wait, and what changes from a day on. */
#include "plan/scenario_inside.h"

void read_targets(struct reading *r, const struct yaml *map, struct plan_service *v)
{
	const struct yaml *n = yaml_get(map, "targets"), *c;
	v->working = false;
	if (!n)
		return;
	c = n->type == YAML_LIST ? n->child : n->type == YAML_SCALAR ? n : NULL;
	if (!c || n->n > WAIT_TARGETS_MAX)
		mistake(r, n, "\"targets\" is one length of time, or a list of at most %d", WAIT_TARGETS_MAX);
	for (bool first = true; c && v->n_targets < WAIT_TARGETS_MAX;
	     c = n->type == YAML_LIST ? c->next : NULL, first = false) {
		struct str rest, head = str_cut(c->text, ' ', &rest);
		bool working = str_is(str_trim(rest), "working days");
		double days = 0;
		if (c->type != YAML_SCALAR || !plain_number(working ? head : c->text, UNIT_DAYS, &days) || days < 0 ||
		    days > 3650)
			mistake(r, c, "a target is a length of time such as 28 days or 20 working days");
		else if (!first && working != v->working)
			mistake(r, c, "the targets of one service are all in days, or all in working days");
		v->working = working;
		v->targets[v->n_targets++] = days;
	}
	r->s->counted_days |= v->working;
}

/* ---- rules of waiting ---- */

static void read_rules(struct reading *r, const struct entry *en, struct plan_service *v)
{
	static const char *const fields[] = { "after", "go-to", "leave", "raise-to", "source",
					      "date",  "guess", "note",	 NULL };
	const struct yaml *n = yaml_get(en->map, "if-waiting");
	if (n && (n->type != YAML_LIST || n->n > WAIT_RULES_MAX)) {
		mistake(
		    r, n,
		    "\"if-waiting\" is a list of at most %d rules: - after: 5 days, and go-to:, leave: or raise-to:",
		    WAIT_RULES_MAX);
		return;
	}
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next) {
		struct plan_rule *x = &v->rules[v->n_rules];
		struct entry rule = { .map = c };
		if (c->type != YAML_MAP) {
			mistake(r, c, "a rule says after: how long, and go-to:, leave: or raise-to:");
			continue;
		}
		only_fields(r, c, fields);
		rule.prov = prov_of(r, c, en->prov);
		snprintf(rule.path, sizeof rule.path, "%.70s.if-waiting-%d", en->path, v->n_rules + 1);
		*x = (struct plan_rule){ .after = length_field(r, &rule, "after", true, "the wait"), .at = c };
		int said =
		    (yaml_get(c, "go-to") != NULL) + (yaml_get(c, "leave") != NULL) + (yaml_get(c, "raise-to") != NULL);
		if (said != 1)
			mistake(r, c, "a rule needs one of go-to: a service, leave: yes, or raise-to: a priority");
		x->then = yaml_get(c, "go-to") ? WAIT_GO : yaml_get(c, "raise-to") ? WAIT_RAISE : WAIT_LEAVE;
		x->raised = (int32_t)whole_field(r, c, "raise-to", 0, PRIORITIES - 1, 0);
		if (yaml_get(c, "raise-to") && !v->by_priority)
			mistake(r, yaml_get(c, "raise-to"),
				"this service goes by order of coming; add order: priority to it");
		v->n_rules++;
	}
}

/* ---- a waiting room of so many, and those who do not join ---- */

static void read_full(struct reading *r, const struct entry *en, struct plan_service *v)
{
	static const char *const fields[] = { "leave", "go-to", "hold", NULL };
	const struct yaml *n = yaml_get(en->map, "if-full");
	v->full = FULL_TURN_AWAY;
	if (!n)
		return;
	if (v->room < 0 && !yaml_get(en->map, "waiting-room")) {
		mistake(r, n, "\"if-full\" goes with waiting-room: (how many may wait)");
		return;
	}
	if (n->type != YAML_MAP || n->n != 1) {
		mistake(r, n, "\"if-full\" is one of { leave: yes }, { go-to: a service } or { hold: yes }");
		return;
	}
	only_fields(r, n, fields);
	if ((yaml_get(n, "leave") && !yes_field(r, n, "leave", false)) ||
	    (yaml_get(n, "hold") && !yes_field(r, n, "hold", false)))
		mistake(r, n, "\"if-full\" says what happens, with yes; leave the other two out");
	v->full = yaml_get(n, "go-to") ? FULL_GO : yaml_get(n, "hold") ? FULL_BLOCK : FULL_TURN_AWAY;
}

static void read_interrupts(struct reading *r, const struct entry *en, struct plan_service *v)
{
	const struct yaml *n = yaml_get(en->map, "interrupts"), *c = yaml_get(en->map, "at-closing");
	struct str how = n && n->type == YAML_SCALAR ? n->text : STR("");
	struct str close = c && c->type == YAML_SCALAR ? c->text : STR("");
	if (n && !str_is(how, "go-on") && !str_is(how, "begin-again") && !str_is(how, "no"))
		mistake(r, n,
			"\"interrupts\" is go-on, begin-again or no: what becomes of a stay that a more urgent child "
			"interrupts");
	else if (n && !str_is(how, "no") && !v->by_priority)
		mistake(r, n, "who interrupts whom is a matter of priority; add order: priority to this service");
	v->preempt = str_is(how, "go-on") ? PREEMPT_RESUME : str_is(how, "begin-again") ? PREEMPT_REPEAT : PREEMPT_NONE;
	if (c && !str_is(close, "finish") && !str_is(close, "pause"))
		mistake(r, c, "\"at-closing\" is finish (what has begun) or pause (it goes on when open again)");
	else if (c && v->kind != SERVICE_CLINICIANS)
		mistake(r, c, "\"at-closing\" is for clinicians; %s have no closing time", service_kind_name(v->kind));
	v->closing = str_is(close, "pause") ? CLOSE_PAUSE : CLOSE_FINISH;
}

void read_waiting(struct reading *r, const struct entry *en, struct plan_service *v)
{
	const struct yaml *attended = yaml_get(en->map, "attended"), *from = yaml_get(en->map, "will-not-wait-from");
	read_rules(r, en, v);
	v->room =
	    number(r, en, "waiting-room", UNIT_WHOLE,
		   (struct bounds){ 0, 10000, "must be a whole number from 0 to 10,000: how many may wait" }, false);
	read_full(r, en, v);
	v->will_not = number(r, en, "will-not-wait", UNIT_SHARE,
			     (struct bounds){ 0, 1, "must be 0 to 1: a share of those who would have to wait" }, false);
	v->will_not_from = (int32_t)whole_field(r, en->map, "will-not-wait-from", 0, 10000, 0);
	if (from && !yaml_get(en->map, "will-not-wait"))
		mistake(r, from, "\"will-not-wait-from\" goes with will-not-wait: (a share)");
	read_interrupts(r, en, v);
	v->attended =
	    number(r, en, "attended", UNIT_SHARE,
		   (struct bounds){ 0.05, 1, "must be 0.05 to 1: the share of slots that the child comes to" }, false);
	if (attended && v->kind != SERVICE_SLOTS)
		mistake_at_key(r, attended, "\"attended\" is for slots%s",
			       v->kind == SERVICE_PLACES ? "; places have attendance:" : "");
	if (attended && v->preempt != PREEMPT_NONE)
		mistake(r, yaml_get(en->map, "interrupts"), "a slot cannot be interrupted; take interrupts: away");
}

/* ---- from a day on ---- */

void read_later(struct reading *r, const struct entry *en, struct plan_service *v)
{
	const struct yaml *n = yaml_get(en->map, "later");
	const char *kind = service_kind_name(v->kind);
	const char *const fields[] = { "from", kind, "staff", "open", "source", "date", "guess", "note", NULL };
	if (!n)
		return;
	if (n->type != YAML_LIST || n->n < 1 || n->n > LATER_MAX) {
		mistake(r, n, "\"later\" is a list of 1 to %d changes: - { from: 2027-04-01, %s: 8 }", LATER_MAX, kind);
		return;
	}
	for (const struct yaml *c = n->child; c; c = c->next) {
		struct plan_later *x = &v->later[v->n_later];
		struct entry in = { .map = c };
		day_t from = DAY_NONE;
		if (c->type != YAML_MAP) {
			mistake(r, c, "a change says from: a day, and %s:, staff: or open: from then on", kind);
			continue;
		}
		only_fields(r, c, fields);
		in.prov = prov_of(r, c, en->prov);
		snprintf(in.path, sizeof in.path, "%.70s.later-%d", en->path, v->n_later + 1);
		struct str day = text_field(r, c, "from", true);
		if (day.n && day_parse_iso(day, &from) != RC_OK)
			mistake(r, yaml_get(c, "from"), "\"from\" is a day such as 2027-04-01");
		else if (day.n && (from <= r->s->start || from - r->s->start > 50 * 366))
			mistake(
			    r, yaml_get(c, "from"),
			    "\"from\" must be after the start of the scenario; what holds at the start is said above");
		else if (day.n && v->n_later && from <= v->later[v->n_later - 1].from)
			mistake(r, yaml_get(c, "from"), "\"from\" must be later than the change before it");
		x->from = from;
		x->at = c;
		x->capacity = number(r, &in, kind, UNIT_WHOLE,
				     (struct bounds){ 0, 10000, "must be a whole number from 0 to 10,000" }, false);
		x->staff = number(r, &in, "staff", UNIT_PLAIN,
				  (struct bounds){ 0, 10000, "must be 0 to 10,000 people" }, false);
		if (yaml_get(c, "open"))
			x->hours = open_field(r, c);
		if (!yaml_get(c, kind) && !yaml_get(c, "staff") && !yaml_get(c, "open"))
			mistake(r, c, "nothing changes here: say %s:, staff: or open: from this day on", kind);
		if (yaml_get(c, kind) && v->capacity < 0 && !yaml_get(en->map, "staff"))
			mistake(r, yaml_get(c, kind), "this service is without limit at first, so it cannot change");
		if (yaml_get(c, "staff") && v->staff < 0)
			mistake(r, yaml_get(c, "staff"), "say staff: and staff-for-each: of the service first");
		v->n_later++;
	}
}

/* ---- the services that rules name ---- */

void read_ways(struct reading *r)
{
	for (size_t i = 0; i < r->s->n_services; i++) {
		struct plan_service *v = &r->s->services[i];
		const struct yaml *full = yaml_get(v->at, "if-full");
		for (int k = 0; k < v->n_rules; k++) {
			const struct yaml *to = yaml_get(v->rules[k].at, "go-to");
			v->rules[k].to = to ? service_named(r, to) : -1;
			if (to && v->rules[k].to == (int32_t)i)
				mistake(r, to, "go-to: names the service itself; name another one");
		}
		const struct yaml *to = full && full->type == YAML_MAP ? yaml_get(full, "go-to") : NULL;
		v->full_to = to ? service_named(r, to) : -1;
		if (to && v->full_to == (int32_t)i)
			mistake(r, to, "go-to: names the service itself; name another one");
	}
}
