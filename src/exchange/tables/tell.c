#include "exchange/tables/parse.h"

#include "base/text.h"

#include <errno.h>
#include <unistd.h>

enum { TELL_BUFFER = 1024 * 1024 };

void tell_flush(struct teller *t)
{
	size_t done = 0;
	while (done < t->n && !t->broken) {
		ssize_t k = write(t->fd, t->buffer + done, t->n - done);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			t->broken = true;
		else
			done += (size_t)k;
	}
	t->n = 0;
}

static void put(struct teller *t, const void *p, size_t n)
{
	if (n)
		memcpy(t->buffer + t->n, p, n);
	t->n += n;
}

void tell(struct teller *t, enum wire_type type, const void *fixed, size_t n_fixed, const struct str *texts,
	  size_t n_texts)
{
	size_t n = n_fixed;
	if (t->mute)
		return;
	for (size_t i = 0; i < n_texts; i++)
		n += texts[i].n;
	if (!t->buffer)
		t->buffer = xmalloc(TELL_BUFFER);
	if (t->n + sizeof(struct wire_head) + n > TELL_BUFFER)
		tell_flush(t);
	struct wire_head head = { (uint32_t)type, (uint32_t)n };
	put(t, &head, sizeof head);
	put(t, fixed, n_fixed);
	for (size_t i = 0; i < n_texts; i++)
		put(t, texts[i].p, texts[i].n);
}

static struct str shortened(struct str s)
{
	if (s.n <= FOUND_MAX)
		return s;
	size_t n = FOUND_MAX;
	while (n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--; /* never cut inside a letter */
	return (struct str){ s.p, n };
}

void tell_finding(struct parser *p, enum severity severity, int64_t line, struct str column, const char *rule,
		  struct str found, const char *message, const char *fix)
{
	if (p->out.mute || p->findings++ >= TABLE_FINDINGS_MAX)
		return;
	struct str record = { NULL, 0 };
	if (severity == SEVERITY_KEPT_BACK && !p->told_record) {
		record = buf_view(&p->record);
		p->told_record = true;
	}
	struct str texts[FINDING_TEXTS] = {
		column, str_of(rule), shortened(found), str_of(message), str_of(fix), record
	};
	struct wire_finding f = { .file = p->file, .severity = (uint32_t)severity, .line = line };
	for (size_t i = 0; i < FINDING_TEXTS; i++)
		f.n[i] = (uint32_t)texts[i].n;
	tell(&p->out, WIRE_FINDING, &f, sizeof f, texts, FINDING_TEXTS);
}

uint16_t tell_org(struct parser *p, const struct organisation_entry *org)
{
	size_t i = (size_t)(org - organisations_at(p->spec->orgs, 0));
	if (!p->org_numbers[i]) {
		struct wire_texts t = { { (uint32_t)org->code.n, 0 } };
		tell(&p->out, WIRE_ORG, &t, sizeof t, &org->code, 1);
		p->org_numbers[i] = (uint32_t)++p->n_orgs;
	}
	return (uint16_t)p->org_numbers[i];
}
