/*
 * vocab.h - the words of the record: event kinds, code lists, evidence.
 *
 * Read from data/kinds.yaml, once, and immutable after. Kinds gain fields;
 * their meaning never changes. Numbers given here are dense and only good
 * inside one run of the program: the store and files keep the words.
 */
#ifndef LINNET_RECORD_VOCAB_H
#define LINNET_RECORD_VOCAB_H

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"

enum { VOCAB_KINDS_MAX = 200, VOCAB_CODES_MAX = 2000, VOCAB_EVIDENCE_MAX = 32, VOCAB_SEALS_MAX = 16 };

/* Kinds of data, as an agreement with an organisation names them (data/agreements.yaml). */
enum data_kind {
	DATA_UNSAID = 0, /* of kinds of event that say none */
	DATA_IDENTITY,
	DATA_CARE,
	DATA_HEALTH,
	DATA_MENTAL_HEALTH,
	DATA_EDUCATION,
	DATA_NUMBERS, /* about many children: of no event */
	DATA__COUNT
};
const char *data_kind_id(enum data_kind d);	  /* "mental-health"; "" for DATA_UNSAID */
enum data_kind data_kind_of(struct str id);	  /* DATA_UNSAID if unknown */
static inline uint32_t data_bit(enum data_kind d) /* in a set of kinds of data */
{
	return UINT32_C(1) << d;
}

/* Kinds of event, as bits. */
struct kind_set {
	uint64_t bits[(VOCAB_KINDS_MAX + 63) / 64];
};

static inline bool kind_in(const struct kind_set *s, uint16_t kind)
{
	return s->bits[kind >> 6] >> (kind & 63) & 1;
}

static inline void kind_add(struct kind_set *s, uint16_t kind)
{
	s->bits[kind >> 6] |= (uint64_t)1 << (kind & 63);
}

static inline void kinds_add(struct kind_set *s, const struct kind_set *others)
{
	for (size_t i = 0; i < COUNT_OF(s->bits); i++)
		s->bits[i] |= others->bits[i];
}

struct code_entry {
	struct str id;	   /* "V3" */
	struct str title;  /* "short breaks, recorded one by one" */
	uint16_t code;	   /* dense number of the id, over all lists */
	day_t from, until; /* days of events for which it is a code: DAY_NONE always, DAY_NEVER for good */
};

struct code_list {
	struct str id, title, source;
	const struct code_entry *entries;
	size_t n;
};

struct seal { /* entries that are seen only by those who were given sight of them */
	struct str id, title, source;
	bool emergency; /* opened by emergency access */
};

struct kind {
	struct str id;				/* "care-started" */
	struct str title;			/* "Came into care" */
	struct str at_label;			/* what the day means: "Day the child came into care" */
	const struct code_list *codes, *codes2; /* NULL: the kind has none */
	struct str code_label, code2_label, value_label, org_label, end_label, ref_label;
	uint8_t rank;	  /* order among facts of one day: set, cancel, met, start */
	uint8_t evidence; /* which table speaks of it (index into vocab.evidence), 0 none */
	bool has_value, has_org, has_end, may_be_future;
	bool undated;	    /* a state of things rather than something that happened on a day */
	bool typed;	    /* may be recorded on a page */
	bool on_clock;	    /* ... of a clock: a statement about it */
	bool own_form;	    /* ... on a page of its own, never chosen from the list of what happened */
	bool begins_record; /* ... with a child who is not on record yet */
	bool sensitive;
	uint8_t data;	     /* enum data_kind: which agreements cover it */
	bool sealable;	     /* a single entry of it can be sealed */
	uint8_t seal;	     /* sealed from the moment it is recorded: index into vocab.seals; 0 it is not */
	bool code2_optional; /* who records it may leave the second code open */
	bool code2_derived;  /* code2 is worked out when facts are made, never typed, loaded or stored */
	bool is_key;	     /* starts or stops a clock: a filled dot in the timeline */
	struct str authors;  /* roles that may record it, blank-separated */
	uint16_t ends; /* vocab kind whose `ref` this one shares (care-ended -> care-started), own index if none */
};

struct vocab {
	const struct kind *kinds; /* index 0 is unused: kind 0 means none */
	size_t n_kinds;
	const struct str *codes; /* dense code -> id; 0 is "" */
	const struct str *code_titles;
	const char *code_text; /* of all codes together, each behind its number (2 bytes) and before a NUL */
	size_t code_text_size;
	size_t n_codes;
	const struct code_list *lists;
	size_t n_lists;
	struct seal seals[VOCAB_SEALS_MAX]; /* 0 unused */
	size_t n_seals;
	int short_break_days, short_breaks_year_days; /* limits of short breaks (short_breaks.h); 0: none stated */
	uint16_t puts_seal, takes_seal;		      /* kinds entry-sealed and entry-unsealed; 0 if there are none */
	/* Kinds that every fold of every child asks for, by their ids; 0 if there are none. */
	uint16_t care_started, care_ended, placement_started, placement_ended, person_details, person_died,
	    record_joined, record_joined_to, status_changed, referral_received, contact_made;
	struct str evidence[VOCAB_EVIDENCE_MAX]; /* 0 unused; names of tables */
	size_t n_evidence;
	uint16_t *kind_slots, *code_slots; /* id -> number, open addressing */
	const uint32_t *kind_hashes, *code_hashes;
	struct arena arena;
};

/* Reads DIR/kinds.yaml. RC_BAD_INPUT names file:line:column. Free with vocab_free. */
enum rc vocab_load(const char *data_dir, struct vocab **out, struct err *e) NODISCARD;
/* The same of text in memory, named in errors. Nothing of it is kept. */
enum rc vocab_read(struct str text, const char *name, struct vocab **out, struct err *e) NODISCARD;
void vocab_free(struct vocab *v);
uint16_t vocab_kind(const struct vocab *v, struct str id);    /* 0 if unknown */
uint16_t vocab_code(const struct vocab *v, struct str id);    /* 0 if unknown */
uint8_t vocab_evidence(const struct vocab *v, struct str id); /* 0 if unknown */
/* Words by their hash (FNV-1a, 32 bits): 0 if no word of this vocabulary has it.
 * No two kinds and no two codes share one: vocab_load refuses them. */
uint32_t vocab_hash(struct str id);
uint16_t vocab_kind_hashed(const struct vocab *v, uint32_t hash);
uint16_t vocab_code_hashed(const struct vocab *v, uint32_t hash);
uint8_t vocab_seal(const struct vocab *v, struct str id); /* 0 if unknown */
const struct code_list *vocab_list(const struct vocab *v, struct str id);
const struct code_entry *code_list_find(const struct code_list *l, struct str id);
/* What a code means in its own list: "01" is a reason for referral, and a way of
 * contact. The id itself if it has no title; "" if it is not of the list. */
struct str code_list_title(const struct code_list *l, uint16_t code);
/* "initial" -> "initial health assessment"; the id itself if it has no title. Only
 * for codes that stand in one list: of several the first list's words are given. */
struct str vocab_code_title(const struct vocab *v, uint16_t code);

#endif
