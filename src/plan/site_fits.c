/* Choices that fit: of those with room for everybody and within the budget, the ones that the bound thinks best,
 * by depth first over the sites, the surest first (a knapsack with two rows, as far as `left` steps go). */
#include "plan/site_search.h"

struct fitting {
	struct site_search *s;
	const uint16_t *may;
	uint32_t *order;	      /* [m] sites, the surest first */
	double *least, *room, *money; /* [m + 1] of the sites from here on: least value, most room, least money */
	uint8_t *choice;
	double limit; /* values from here on are of no use */
	double found; /* the least value of any that fits */
	int64_t left;
};

static double value_of(const struct fitting *f, size_t j, size_t o)
{
	return f->s->value[j * f->s->k + o];
}

/* Next best option of a site among those in `left`. */
static size_t next_best(const struct fitting *f, size_t j, uint16_t left)
{
	size_t at = 0;
	double best = 0;
	bool any = false;
	for (size_t o = 0; o < f->s->k; o++)
		if ((left >> o & 1) && (!any || value_of(f, j, o) < best)) {
			best = value_of(f, j, o);
			at = o;
			any = true;
		}
	return at;
}

/* What the prices of room and money took off for more than is needed comes back. */
static void take_leaf(struct fitting *f, double value, double room, double money)
{
	struct site_search *s = f->s;
	double full = value + s->price.room * (room - s->demand) + s->price.money * (s->p->budget - money);
	if (full >= f->limit)
		return;
	f->limit = f->found = full;
	(void)site_take(s, f->choice);
	double worth = s->best_cost - s->base;
	f->limit = worth < f->limit ? worth : f->limit;
}

static void go_down(struct fitting *f, size_t d, double value, double room, double money)
{
	struct site_search *s = f->s;
	if (f->left-- <= 0 || value + f->least[d] >= f->limit || room + f->room[d] < s->demand * (1 - 1e-12) ||
	    (s->p->budget > 0 && money + f->money[d] > s->p->budget * (1 + 1e-12)))
		return;
	if (d == s->m) {
		take_leaf(f, value, room, money);
		return;
	}
	size_t j = f->order[d];
	for (uint16_t left = f->may[j]; left;) {
		size_t o = next_best(f, j, left);
		left = (uint16_t)(left & ~(1u << o));
		f->choice[j] = (uint8_t)o;
		go_down(f, d + 1, value + value_of(f, j, o), room + site_room_of(s, j, o),
			money + site_price_of(s, j, o));
	}
}

/* How much is lost if a site is not what it is best as. */
static double regret(const struct fitting *f, size_t j)
{
	uint16_t may = f->may[j];
	size_t o = next_best(f, j, may);
	may = (uint16_t)(may & ~(1u << o));
	return may ? value_of(f, j, next_best(f, j, may)) - value_of(f, j, o) : SITE_NEVER;
}

static void line_up(struct fitting *f, double *sure)
{
	size_t m = f->s->m;
	for (size_t j = 0; j < m; j++) {
		f->order[j] = (uint32_t)j;
		sure[j] = regret(f, j);
	}
	for (size_t gap = m / 2; gap; gap /= 2)
		for (size_t i = gap; i < m; i++) {
			uint32_t v = f->order[i];
			size_t k = i;
			for (; k >= gap && sure[f->order[k - gap]] < sure[v]; k -= gap)
				f->order[k] = f->order[k - gap];
			f->order[k] = v;
		}
	for (size_t d = m; d-- > 0;) {
		size_t j = f->order[d];
		double room = 0, money = SITE_NEVER;
		for (size_t o = 0; o < f->s->k; o++) {
			if (!(f->may[j] >> o & 1))
				continue;
			room = site_room_of(f->s, j, o) > room ? site_room_of(f->s, j, o) : room;
			money = site_price_of(f->s, j, o) < money ? site_price_of(f->s, j, o) : money;
		}
		f->least[d] = f->least[d + 1] + value_of(f, j, next_best(f, j, f->may[j]));
		f->room[d] = f->room[d + 1] + room;
		f->money[d] = f->money[d + 1] + money;
	}
}

double site_fit(struct site_search *s, const uint16_t *may, int64_t steps)
{
	size_t m = s->m;
	double *room = xcalloc(4 * (m + 1), sizeof *room);
	struct fitting f = { .s = s, .may = may, .left = steps, .limit = s->best_cost - s->base, .found = SITE_NEVER };
	f.least = room;
	f.room = room + (m + 1);
	f.money = room + 2 * (m + 1);
	f.order = xcalloc(m, sizeof *f.order);
	f.choice = xcalloc(m, 1);
	bool any = true;
	for (size_t j = 0; j < m; j++)
		any = any && may[j];
	if (any) {
		line_up(&f, room + 3 * (m + 1));
		go_down(&f, 0, 0, 0, 0);
	}
	free(room);
	free(f.order);
	free(f.choice);
	if (!any || f.left <= 0)
		return -SITE_NEVER;
	return f.found < SITE_NEVER ? s->base + f.found : s->best_cost;
}
