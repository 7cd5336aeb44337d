-- Names to search by, for each organisation that has a reason to know the child: a search
-- walks only its own circle's rows, however many children there are (work/core/names.h).
-- A cache: what is known at once is filled in here, and everyone is worked out again.
CREATE TABLE search_name (
	org BIGINT NOT NULL,                -- 0: no organisation has a reason any more (the machine's operator)
	word TEXT NOT NULL,                 -- a word of the name, folded, then the rest of it: 'obrien jose'
	person BIGINT NOT NULL,
	PRIMARY KEY (org, word, person)
) @ROWLESS@;
INSERT INTO search_name (org, word, person)
SELECT DISTINCT c.org, w.word, p.id
FROM person_word w JOIN person r ON r.id = w.person JOIN person p ON p.id = coalesce(r.joined_to, r.id) JOIN circle c ON c.person = p.id;
CREATE INDEX search_name_person ON search_name (person, org, word);
DROP TABLE person_word;
UPDATE person SET rules = '';
-- A child is also looked for by a council's number without saying whose.
CREATE INDEX person_ref_alone ON person (ref);
