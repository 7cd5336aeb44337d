#include "record/vocab.h"

#include "codec/yaml.h"

/* Codes are interned over all lists: the same id means the same number. */
enum { SLOTS = 8192 }; /* a power of two, at least four times the codes */
enum { CODE_NUMBER = sizeof(uint16_t) };

static uint32_t slot_of(struct str id);
static void slot_put(uint16_t *slots, struct str id, uint16_t number);

struct interner {
	struct str ids[VOCAB_CODES_MAX], titles[VOCAB_CODES_MAX];
	size_t n;
};

static uint16_t intern(struct interner *in, struct str id, struct str title)
{
	for (size_t i = 1; i < in->n; i++)
		if (str_eq(in->ids[i], id))
			return (uint16_t)i;
	if (in->n == VOCAB_CODES_MAX)
		return 0;
	in->ids[in->n] = id;
	in->titles[in->n] = title;
	return (uint16_t)in->n++;
}

/* "V2: section 20", or a map of title, from and until where a code holds only for events of some days. */
static enum rc read_code(struct interner *in, const struct yaml *c, struct code_entry *out, struct err *e)
{
	static const char *const words[] = { "title", "from", "until", NULL };
	*out = (struct code_entry){ .id = c->key, .title = c->text, .from = DAY_NONE, .until = DAY_NEVER };
	if (c->type == YAML_LIST)
		return yaml_error(c, e, "write the words of the code, or a map of title, from and until");
	if (c->type == YAML_MAP) {
		enum rc rc = yaml_only(c, words, e);
		if (rc || (rc = yaml_day(c, "from", DAY_NONE, &out->from, e)) ||
		    (rc = yaml_day(c, "until", DAY_NEVER, &out->until, e)))
			return rc;
		out->title = yaml_text(c, "title");
		if (!out->title.n || out->from >= out->until)
			return yaml_error(c, e, "a code needs a \"title\", and \"until\" after \"from\"");
	}
	out->code = intern(in, c->key, out->title);
	return out->code ? RC_OK : yaml_error(c, e, "more than %d codes", VOCAB_CODES_MAX);
}

static enum rc read_list(struct vocab *v, struct interner *in, const struct yaml *y, struct code_list *l, struct err *e)
{
	static const char *const words[] = { "list", "title", "source", "codes", NULL };
	enum rc rc = yaml_only(y, words, e);
	if (rc != RC_OK)
		return rc;
	const struct yaml *codes = yaml_get(y, "codes");
	l->id = yaml_text(y, "list");
	l->title = yaml_text(y, "title");
	l->source = yaml_text(y, "source");
	if (!l->id.n || !l->title.n || !codes || codes->type != YAML_MAP)
		return yaml_error(y, e, "a code list needs \"list\", \"title\" and \"codes\"");
	struct code_entry *entries = arena_array(&v->arena, codes->n, sizeof *entries);
	for (const struct yaml *c = codes->child; c; c = c->next) {
		struct code_entry *entry = &entries[l->n++];
		if ((rc = read_code(in, c, entry, e)) != RC_OK)
			return rc;
	}
	l->entries = entries;
	return RC_OK;
}

static enum rc find_list(const struct vocab *v, const struct yaml *y, const char *key, const struct code_list **out,
			 struct err *e)
{
	const struct yaml *n = yaml_get(y, key);
	if (!n)
		return RC_OK;
	*out = vocab_list(v, n->text);
	return *out ? RC_OK : yaml_error(n, e, "there is no code list \"" STR_FMT "\"", STR_ARG(n->text));
}

static uint8_t evidence_of(struct vocab *v, struct str name)
{
	uint8_t known = vocab_evidence(v, name);
	if (known || !name.n || v->n_evidence == COUNT_OF(v->evidence))
		return known;
	v->evidence[v->n_evidence] = name;
	return (uint8_t)v->n_evidence++;
}

static enum rc find_seal(const struct vocab *v, const struct yaml *y, uint8_t *out, struct err *e)
{
	const struct yaml *n = yaml_get(y, "seal");
	*out = n ? vocab_seal(v, n->text) : 0;
	return !n || *out ? RC_OK : yaml_error(n, e, "there is no seal \"" STR_FMT "\"", STR_ARG(n->text));
}

static const char *const data_words[DATA__COUNT] = {
	[DATA_UNSAID] = "",	    [DATA_IDENTITY] = "identity",	    [DATA_CARE] = "care",
	[DATA_HEALTH] = "health",   [DATA_MENTAL_HEALTH] = "mental-health", [DATA_EDUCATION] = "education",
	[DATA_NUMBERS] = "numbers",
};

const char *data_kind_id(enum data_kind d)
{
	return data_words[(unsigned)d < DATA__COUNT ? d : DATA_UNSAID];
}

enum data_kind data_kind_of(struct str id)
{
	for (int d = DATA_IDENTITY; d < DATA__COUNT; d++)
		if (str_is(id, data_words[d]))
			return (enum data_kind)d;
	return DATA_UNSAID;
}

static enum rc find_data(const struct yaml *y, uint8_t *out, struct err *e)
{
	const struct yaml *n = yaml_get(y, "data");
	*out = (uint8_t)(n ? data_kind_of(n->text) : DATA_UNSAID);
	return !n || (*out && *out != DATA_NUMBERS)
		   ? RC_OK
		   : yaml_error(n, e, "there is no kind of data \"" STR_FMT "\" about one child", STR_ARG(n->text));
}

static enum rc read_kind(struct vocab *v, const struct yaml *y, struct kind *k, struct err *e)
{
	static const char *const words[] = { "id",
					     "title",
					     "at",
					     "code",
					     "code2",
					     "value",
					     "org",
					     "end",
					     "ref",
					     "evidence",
					     "rank",
					     "key",
					     "sensitive",
					     "authors",
					     "shares-ref",
					     "undated",
					     "may-be-future",
					     "on-clock",
					     "own-form",
					     "derived",
					     "code2-optional",
					     "seal",
					     "sealable",
					     "begins-record",
					     "data",
					     NULL };
	int64_t rank;
	enum rc rc = yaml_only(y, words, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "rank", 1, 4, 3, &rank, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "key", false, &k->is_key, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "sensitive", false, &k->sensitive, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "may-be-future", false, &k->may_be_future, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "code2-optional", false, &k->code2_optional, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "undated", false, &k->undated, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "on-clock", false, &k->on_clock, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "own-form", false, &k->own_form, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "begins-record", false, &k->begins_record, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "sealable", true, &k->sealable, e);
	if (rc == RC_OK)
		rc = find_seal(v, y, &k->seal, e);
	if (rc == RC_OK)
		rc = find_data(y, &k->data, e);
	if (rc == RC_OK)
		rc = find_list(v, y, "code", &k->codes, e);
	if (rc == RC_OK)
		rc = find_list(v, y, "code2", &k->codes2, e);
	if (rc == RC_OK)
		rc = yaml_bool(y, "derived", false, &k->code2_derived, e);
	if (rc != RC_OK)
		return rc;
	if (k->code2_derived && !k->codes2)
		return yaml_error(y, e, "\"derived\" speaks of \"code2\", which this kind does not have");
	k->id = yaml_text(y, "id");
	k->title = yaml_text(y, "title");
	k->at_label = yaml_text(y, "at");
	k->code_label = k->codes ? k->codes->title : (struct str){ NULL, 0 };
	k->code2_label = k->codes2 ? k->codes2->title : (struct str){ NULL, 0 };
	k->value_label = yaml_text(y, "value");
	k->org_label = yaml_text(y, "org");
	k->end_label = yaml_text(y, "end");
	k->ref_label = yaml_text(y, "ref");
	k->authors = yaml_text(y, "authors");
	k->rank = (uint8_t)rank;
	k->has_value = k->value_label.n > 0;
	k->has_org = k->org_label.n > 0;
	k->has_end = k->end_label.n > 0;
	k->typed = k->authors.n > 0;
	k->evidence = evidence_of(v, yaml_text(y, "evidence"));
	if (!k->id.n || !k->title.n || !k->at_label.n)
		return yaml_error(y, e, "a kind of event needs \"id\", \"title\" and \"at\"");
	return RC_OK;
}

static enum rc link_refs(struct vocab *v, const struct yaml *kinds, struct kind *all, struct err *e)
{
	uint16_t i = 1;
	for (const struct yaml *y = kinds->child; y; y = y->next, i++) {
		const struct yaml *n = yaml_get(y, "shares-ref");
		all[i].ends = i;
		if (!n)
			continue;
		all[i].ends = vocab_kind(v, n->text);
		if (!all[i].ends)
			return yaml_error(n, e, "there is no kind of event \"" STR_FMT "\"", STR_ARG(n->text));
	}
	return RC_OK;
}

static enum rc read_seals(struct vocab *v, const struct yaml *root, struct err *e)
{
	static const char *const words[] = { "seal", "title", "emergency", "source", NULL };
	const struct yaml *seals = yaml_get(root, "seals");
	v->n_seals = 1;
	for (const struct yaml *y = seals ? seals->child : NULL; y; y = y->next) {
		struct seal s = { .id = yaml_text(y, "seal"),
				  .title = yaml_text(y, "title"),
				  .source = yaml_text(y, "source") };
		enum rc rc = yaml_only(y, words, e);
		if (rc == RC_OK)
			rc = yaml_bool(y, "emergency", false, &s.emergency, e);
		if (rc != RC_OK)
			return rc;
		if (!s.id.n || !s.title.n || vocab_seal(v, s.id) || v->n_seals == VOCAB_SEALS_MAX)
			return yaml_error(y, e,
					  "a seal needs \"seal\" and \"title\", once each, and there are at most %d",
					  VOCAB_SEALS_MAX - 1);
		v->seals[v->n_seals++] = s;
	}
	return RC_OK;
}

static enum rc read_short_breaks(struct vocab *v, const struct yaml *root, struct err *e)
{
	static const char *const words[] = { "days-at-a-time", "days-in-a-year", "source", "not-checked", NULL };
	const struct yaml *y = yaml_get(root, "short-breaks");
	int64_t days, year;
	if (!y)
		return RC_OK;
	enum rc rc = yaml_only(y, words, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "days-at-a-time", 1, 366, 0, &days, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "days-in-a-year", 1, 366, 0, &year, e);
	if (rc != RC_OK)
		return rc;
	if (!days || !year)
		return yaml_error(y, e, "short breaks have two limits, \"days-at-a-time\" and \"days-in-a-year\"");
	v->short_break_days = (int)days;
	v->short_breaks_year_days = (int)year;
	return RC_OK;
}

static enum rc read_all(struct vocab *v, struct interner *in, const struct yaml *root, struct err *e)
{
	static const char *const words[] = { "title", "codes", "seals", "short-breaks", "kinds", NULL };
	enum rc rc = yaml_only(root, words, e);
	if (rc == RC_OK)
		rc = read_seals(v, root, e);
	if (rc == RC_OK)
		rc = read_short_breaks(v, root, e);
	if (rc != RC_OK)
		return rc;
	const struct yaml *lists = yaml_get(root, "codes"), *kinds = yaml_get(root, "kinds");
	if (!lists || lists->type != YAML_LIST || !kinds || kinds->type != YAML_LIST || kinds->n >= VOCAB_KINDS_MAX)
		return yaml_error(root, e, "lists \"codes\" and \"kinds\" are expected, with fewer than %d kinds",
				  VOCAB_KINDS_MAX);
	struct code_list *l = arena_array(&v->arena, lists->n, sizeof *l);
	v->lists = l;
	for (const struct yaml *y = lists->child; y; y = y->next, v->n_lists++)
		if ((rc = read_list(v, in, y, &l[v->n_lists], e)) != RC_OK)
			return rc;
	struct kind *k = arena_array(&v->arena, kinds->n + 1, sizeof *k);
	v->kinds = k;
	v->n_kinds = 1;
	v->n_evidence = 1;
	for (const struct yaml *y = kinds->child; y; y = y->next) {
		if (vocab_kind(v, yaml_text(y, "id")))
			return yaml_error(y, e, "this kind is there twice");
		if ((rc = read_kind(v, y, &k[v->n_kinds], e)) != RC_OK)
			return rc;
		slot_put(v->kind_slots, k[v->n_kinds].id, (uint16_t)v->n_kinds);
		v->n_kinds++;
	}
	v->puts_seal = vocab_kind(v, STR("entry-sealed"));
	v->takes_seal = vocab_kind(v, STR("entry-unsealed"));
	v->care_started = vocab_kind(v, STR("care-started"));
	v->care_ended = vocab_kind(v, STR("care-ended"));
	v->placement_started = vocab_kind(v, STR("placement-started"));
	v->placement_ended = vocab_kind(v, STR("placement-ended"));
	v->person_details = vocab_kind(v, STR("person-details"));
	v->person_died = vocab_kind(v, STR("person-died"));
	v->record_joined = vocab_kind(v, STR("record-joined"));
	v->record_joined_to = vocab_kind(v, STR("record-joined-to"));
	v->status_changed = vocab_kind(v, STR("legal-status-changed"));
	v->referral_received = vocab_kind(v, STR("referral-received"));
	v->contact_made = vocab_kind(v, STR("contact-made"));
	return link_refs(v, kinds, k, e);
}

static enum rc no_two_alike(const uint32_t *hashes, size_t n, struct str (*word)(const struct vocab *, size_t),
			    const struct vocab *v, struct err *e)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = 1; j < i; j++)
			if (hashes[i] == hashes[j])
				return err_set(e, RC_BAD_INPUT,
					       "the words \"" STR_FMT "\" and \"" STR_FMT
					       "\" of kinds.yaml have the same hash: change one of them",
					       STR_ARG(word(v, j)), STR_ARG(word(v, i)));
	return RC_OK;
}

static struct str kind_word(const struct vocab *v, size_t i)
{
	return v->kinds[i].id;
}

static struct str code_word(const struct vocab *v, size_t i)
{
	return v->codes[i];
}

static enum rc hash_words(struct vocab *v, struct err *e)
{
	uint32_t *kinds = arena_array(&v->arena, v->n_kinds, sizeof *kinds);
	uint32_t *codes = arena_array(&v->arena, v->n_codes, sizeof *codes);
	for (size_t i = 1; i < v->n_kinds; i++)
		kinds[i] = vocab_hash(v->kinds[i].id);
	for (size_t i = 1; i < v->n_codes; i++)
		codes[i] = vocab_hash(v->codes[i]);
	v->kind_hashes = kinds;
	v->code_hashes = codes;
	enum rc rc = no_two_alike(kinds, v->n_kinds, kind_word, v, e);
	return rc ? rc : no_two_alike(codes, v->n_codes, code_word, v, e);
}

static struct vocab *vocab_new(void)
{
	struct vocab *v = xcalloc(1, sizeof *v);
	arena_init(&v->arena);
	v->kind_slots = arena_array(&v->arena, SLOTS, sizeof *v->kind_slots);
	v->code_slots = arena_array(&v->arena, SLOTS, sizeof *v->code_slots);
	return v;
}

/* Each code behind its number: who has the vocabulary's own copy of a code has its number too. */
static void put_together(struct vocab *v, struct str *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v->code_text_size += CODE_NUMBER + ids[i].n + 1;
	char *text = arena_alloc(&v->arena, v->code_text_size);
	v->code_text = text;
	for (size_t i = 0; i < n; i++) {
		uint16_t number = (uint16_t)i;
		memcpy(text, &number, CODE_NUMBER);
		memcpy(text + CODE_NUMBER, ids[i].p, ids[i].n);
		ids[i].p = text + CODE_NUMBER;
		text += CODE_NUMBER + ids[i].n + 1;
	}
}

static enum rc vocab_of(struct vocab *v, const struct yaml *root, struct err *e)
{
	struct interner *in AUTO(auto_free) = xcalloc(1, sizeof *in);
	in->n = 1;
	enum rc rc = read_all(v, in, root, e);
	if (rc != RC_OK)
		return rc;
	struct str *ids = arena_array(&v->arena, in->n, sizeof *ids);
	struct str *titles = arena_array(&v->arena, in->n, sizeof *titles);
	memcpy(ids, in->ids, in->n * sizeof *ids);
	memcpy(titles, in->titles, in->n * sizeof *titles);
	ids[0] = titles[0] = STR("");
	put_together(v, ids, in->n);
	v->codes = ids;
	v->code_titles = titles;
	v->n_codes = in->n;
	for (size_t i = 1; i < in->n; i++)
		slot_put(v->code_slots, ids[i], (uint16_t)i);
	return hash_words(v, e);
}

static enum rc vocab_done(struct vocab *v, enum rc rc, struct vocab **out)
{
	if (rc == RC_OK)
		*out = v;
	else
		vocab_free(v);
	return rc;
}

enum rc vocab_read(struct str text, const char *name, struct vocab **out, struct err *e)
{
	struct vocab *v = vocab_new();
	const struct yaml *root;
	enum rc rc = yaml_read(text, name, &v->arena, &root, e);
	return vocab_done(v, rc == RC_OK ? vocab_of(v, root, e) : rc, out);
}

enum rc vocab_load(const char *data_dir, struct vocab **out, struct err *e)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/kinds.yaml", data_dir);
	struct vocab *v = vocab_new();
	const struct yaml *root;
	enum rc rc = yaml_read_file(path, &v->arena, &root, e);
	return vocab_done(v, rc == RC_OK ? vocab_of(v, root, e) : rc, out);
}

void vocab_free(struct vocab *v)
{
	if (!v)
		return;
	arena_release(&v->arena);
	free(v);
}

uint32_t vocab_hash(struct str id)
{
	uint32_t h = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < id.n; i++)
		h = (h ^ (unsigned char)id.p[i]) * 16777619u;
	return h;
}

static uint32_t slot_of(struct str id)
{
	return vocab_hash(id) & (SLOTS - 1);
}

static uint16_t hashed(const uint16_t *slots, const uint32_t *hashes, uint32_t hash)
{
	for (uint32_t s = hash & (SLOTS - 1); slots[s]; s = (s + 1) & (SLOTS - 1))
		if (hashes[slots[s]] == hash)
			return slots[s];
	return 0;
}

uint16_t vocab_kind_hashed(const struct vocab *v, uint32_t hash)
{
	return hashed(v->kind_slots, v->kind_hashes, hash);
}

uint16_t vocab_code_hashed(const struct vocab *v, uint32_t hash)
{
	return hashed(v->code_slots, v->code_hashes, hash);
}

static void slot_put(uint16_t *slots, struct str id, uint16_t number)
{
	uint32_t s = slot_of(id);
	while (slots[s])
		s = (s + 1) & (SLOTS - 1);
	slots[s] = number;
}

uint16_t vocab_kind(const struct vocab *v, struct str id)
{
	for (uint32_t s = slot_of(id); v->kind_slots[s]; s = (s + 1) & (SLOTS - 1))
		if (str_eq(v->kinds[v->kind_slots[s]].id, id))
			return v->kind_slots[s];
	return 0;
}

/* The number of a code that is our own copy; 0: it is not. */
static uint16_t own_code(const struct vocab *v, struct str id)
{
	uint16_t number;
	uintptr_t at = (uintptr_t)id.p - (uintptr_t)v->code_text;
	if (at < CODE_NUMBER || at >= v->code_text_size)
		return 0;
	memcpy(&number, id.p - CODE_NUMBER, CODE_NUMBER);
	return number < v->n_codes && v->codes[number].p == id.p && v->codes[number].n == id.n ? number : 0;
}

uint16_t vocab_code(const struct vocab *v, struct str id)
{
	uint16_t own = own_code(v, id); /* nearly always */
	if (own)
		return own;
	for (uint32_t s = slot_of(id); v->code_slots[s]; s = (s + 1) & (SLOTS - 1))
		if (str_eq(v->codes[v->code_slots[s]], id))
			return v->code_slots[s];
	return 0;
}

uint8_t vocab_evidence(const struct vocab *v, struct str id)
{
	for (size_t i = 1; i < v->n_evidence; i++)
		if (str_eq(v->evidence[i], id))
			return (uint8_t)i;
	return 0;
}

uint8_t vocab_seal(const struct vocab *v, struct str id)
{
	for (size_t i = 1; i < v->n_seals; i++)
		if (str_eq(v->seals[i].id, id))
			return (uint8_t)i;
	return 0;
}

const struct code_list *vocab_list(const struct vocab *v, struct str id)
{
	for (size_t i = 0; i < v->n_lists; i++)
		if (str_eq(v->lists[i].id, id))
			return &v->lists[i];
	return NULL;
}

const struct code_entry *code_list_find(const struct code_list *l, struct str id)
{
	for (size_t i = 0; l && i < l->n; i++)
		if (str_eq(l->entries[i].id, id))
			return &l->entries[i];
	return NULL;
}

struct str vocab_code_title(const struct vocab *v, uint16_t code)
{
	if (code >= v->n_codes)
		return STR("");
	return v->code_titles[code].n ? v->code_titles[code] : v->codes[code];
}

struct str code_list_title(const struct code_list *l, uint16_t code)
{
	for (size_t i = 0; l && i < l->n; i++)
		if (l->entries[i].code == code)
			return l->entries[i].title.n ? l->entries[i].title : l->entries[i].id;
	return STR("");
}
