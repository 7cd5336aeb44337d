#include "codec/json.h"

#include <json-c/json.h>

enum rc json_members(struct str body, const char *const *names, size_t n, struct arena *a, struct str *out, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (struct str){ NULL, 0 };
	if (!body.n)
		return RC_OK;
	if (body.n > JSON_BODY_MAX)
		return err_set(e, RC_LIMIT, "A body of JSON is larger than %d bytes.", JSON_BODY_MAX);
	struct json_tokener *t = json_tokener_new_ex(JSON_DEPTH_MAX);
	if (!t)
		base_oom(sizeof *t);
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokener_parse_ex(t, body.p, (int)body.n);
	bool whole = o && json_tokener_get_error(t) == json_tokener_success && json_object_is_type(o, json_type_object);
	for (size_t i = 0; whole && i < n; i++) {
		struct json_object *m;
		if (json_object_object_get_ex(o, names[i], &m) && m)
			out[i] = arena_str(a, str_of(json_object_get_string(m)));
	}
	json_object_put(o);
	json_tokener_free(t);
	return whole ? RC_OK : err_set(e, RC_BAD_INPUT, "A body is not a JSON object.");
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
