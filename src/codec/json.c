#include "codec/json.h"

#include <json-c/json.h>

static enum rc parse(struct str body, struct json_object **out, struct err *e)
{
	if (body.n > JSON_BODY_MAX)
		return err_set(e, RC_LIMIT, "A body of JSON is larger than %d bytes.", JSON_BODY_MAX);
	struct json_tokener *t = json_tokener_new_ex(JSON_DEPTH_MAX);
	if (!t)
		base_oom(sizeof *t);
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokener_parse_ex(t, body.p, (int)body.n);
	bool whole = o && json_tokener_get_error(t) == json_tokener_success && json_object_is_type(o, json_type_object);
	json_tokener_free(t);
	if (!whole) {
		json_object_put(o);
		return err_set(e, RC_BAD_INPUT, "A body is not a JSON object.");
	}
	*out = o;
	return RC_OK;
}

enum rc json_members(struct str body, const char *const *names, size_t n, struct arena *a, struct str *out,
		     struct err *e)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (struct str){ NULL, 0 };
	if (!body.n)
		return RC_OK;
	struct json_object *o;
	enum rc rc = parse(body, &o, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		struct json_object *m;
		if (json_object_object_get_ex(o, names[i], &m) && m)
			out[i] = arena_str(a, str_of(json_object_get_string(m)));
	}
	json_object_put(o);
	return RC_OK;
}

enum rc json_set_member(struct str body, const char *name, struct str value, struct buf *out, struct err *e)
{
	struct json_object *o;
	enum rc rc = parse(body.n ? body : STR("{}"), &o, e);
	if (rc != RC_OK)
		return rc;
	json_object_object_del(o, name);
	if (value.n)
		json_object_object_add(o, name, json_object_new_string_len(value.p, (int)value.n));
	if (json_object_object_length(o) > 0)
		buf_puts(out,
			 json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
	return buf_ok(out) ? RC_OK : err_set(e, RC_LIMIT, "The words are too long to be kept. Shorten them.");
}

void json_put_string(struct buf *b, struct str s)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '"' || c == '\\') {
			buf_putc(b, '\\');
			buf_putc(b, (char)c);
		} else if (c < 0x20) {
			buf_printf(b, "\\u%04x", c);
		} else {
			buf_putc(b, (char)c);
		}
	}
	buf_putc(b, '"');
}
