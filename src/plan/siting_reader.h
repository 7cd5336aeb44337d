/* siting_reader.h - what the two readers of siting problems share. Inside plan/ only. */
#ifndef LINNET_PLAN_SITING_READER_H
#define LINNET_PLAN_SITING_READER_H

#include "codec/csv.h"
#include "codec/yaml.h"
#include "plan/siting_inside.h"

enum { SITING_COLUMNS_MAX = 24 };

struct siting_reader {
	struct siting *s;
	const char *folder, *data;
	const struct places *places;
	struct arena *a;
	struct err *e;
	size_t cap_areas, cap_sites, cap_sizes, cap_groups;
	struct str *keeps; /* [n_sites] words of `keep` */
	bool by_fifth;
	double *fifth_rank; /* deprivation of each area; < 0: not known */
	bool plane;	    /* positions are kilometres on a plane, and not places of the earth */
	bool has_ways;
	double fill; /* how far a site is filled at most: 0 to 1 */
	double fixed, per_km;
};

/* A table beside the problem; its heading is checked, its rows are handed to `row`. */
struct siting_table {
	struct siting_reader *r;
	const char *name;
	const char *const *columns; /* those that are known; the first is needed */
	int at[SITING_COLUMNS_MAX];
	bool head;
	enum rc (*row)(struct siting_table *t, const struct csv_row *row);
};

/* A number of a map from `least` to `most`; absent stays as it is. */
enum rc siting_number_of(struct siting_reader *r, const struct yaml *map, const char *key, double least, double most,
			 double *out) NODISCARD;
enum rc siting_whole_of(struct siting_reader *r, const struct yaml *map, const char *key, size_t most,
			size_t *out) NODISCARD;
enum rc siting_position_of(struct siting_reader *r, const struct yaml *map, bool *placed,
			   struct place_position *out) NODISCARD;
/* Can this be a place? Of the earth: in the United Kingdom. */
bool siting_position_well(const struct siting_reader *r, double lat, double lon);
extern const char SITING_POSITION_SAYS[];
int siting_group_named(struct siting_reader *r, struct str name);
void siting_note(struct siting *s, struct str words, bool guess);
void *siting_grown(struct siting_reader *r, void *list, size_t n, size_t *cap, size_t size);
enum rc siting_too_many(struct siting_reader *r, const char *what, size_t most);
enum rc siting_table(struct siting_reader *r, const struct yaml *at, const char *const *columns,
		     enum rc (*row)(struct siting_table *t, const struct csv_row *row)) NODISCARD;
struct str siting_cell(const struct siting_table *t, const struct csv_row *row, int column);
enum rc siting_cell_number(const struct siting_table *t, const struct csv_row *row, int column, double least,
			   double most, double *out) NODISCARD;
/* Latitude in a column, longitude in the next; NAN where there are none. */
enum rc siting_row_position(const struct siting_table *t, const struct csv_row *row, int column, double *lat_out,
			    double *lon_out) NODISCARD;
enum rc siting_row_error(const struct siting_table *t, const struct csv_row *row, int column, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* The parts of a problem behind its areas. */
enum rc siting_read_sizes(struct siting_reader *r, const struct yaml *root) NODISCARD;
enum rc siting_read_sites(struct siting_reader *r, const struct yaml *root) NODISCARD;
enum rc siting_read_travel(struct siting_reader *r, const struct yaml *root) NODISCARD;
enum rc siting_read_rules(struct siting_reader *r, const struct yaml *root) NODISCARD;
enum rc siting_read_notes(struct siting_reader *r, const struct yaml *root) NODISCARD;
enum rc siting_read_aim(struct siting_reader *r, const struct yaml *root) NODISCARD;
enum rc siting_read_reuse(struct siting_reader *r, const struct yaml *root) NODISCARD;
enum rc siting_read_play(struct siting_reader *r, const struct yaml *root) NODISCARD;
/* How one service works: its words, without what the sizes are; `sized`: sizes have their capacity. */
enum rc siting_play_only(struct siting_reader *r, const struct yaml *play, bool sized) NODISCARD;

#endif
