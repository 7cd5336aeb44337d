/* Made by tools/sqlc from store/sql/: the statements of the program, typed.
 * Numbers that are NULL are SQL_NULL, texts that are NULL are {NULL,0}.
 * :one    RC_NOT_FOUND without words if there is no row; texts live in the arena.
 * :many   sql_X, then sql_X_next until RC_NOT_FOUND, then always db_done. */
#ifndef LINNET_GEN_STORE_SQL_H
#define LINNET_GEN_STORE_SQL_H

#include "base/arena.h"
#include "store/store.h"

extern const struct sql_statement *const sql_statements[];
extern const size_t sql_statements_count;

/* good.sql:3 */
struct sql_note_put_in {
	int64_t id;
	struct str short_;
	struct str body;
};
enum rc sql_note_put(struct db *db, const struct sql_note_put_in *in, int64_t *changed_out, struct err *e) NODISCARD;
enum rc sql_note_put_each(struct db *db, const struct sql_note_put_in *rows, size_t n, struct err *e) NODISCARD;
struct sql_feed sql_note_put_rows(const struct sql_note_put_in *rows, size_t n);

/* good.sql:10 */
struct sql_note_count_out {
	int64_t n;
};
enum rc sql_note_count(struct db *db, struct arena *arena, struct sql_note_count_out *out, struct err *e) NODISCARD;

/* good.sql:14 */
struct sql_note_get_in {
	int64_t id;
};
struct sql_note_get_out {
	struct str short_;
	struct str body;
	int64_t n;
};
enum rc sql_note_get(struct db *db, const struct sql_note_get_in *in, struct arena *arena, struct sql_note_get_out *out, struct err *e) NODISCARD;

/* good.sql:19 */
struct sql_note_all_out {
	int64_t id;
};
enum rc sql_note_all(struct db *db, struct sql_rows **rows_out, struct err *e) NODISCARD;
enum rc sql_note_all_next(struct sql_rows *rows, struct sql_note_all_out *out, struct err *e) NODISCARD;

/* good.sql:24 */
enum rc sql_note_sweep(struct db *db, int64_t *changed_out, struct err *e) NODISCARD;

#endif
