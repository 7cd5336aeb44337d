-- Names to search by stand by person, and the order by word is an index of them: children come
-- in order of person, so a first load adds their names at the end, and makes the index at once
-- when they are all there. The other way round every commit wrote a page for each name.
CREATE TABLE search_name_by_person (
	person BIGINT NOT NULL,
	org BIGINT NOT NULL,                -- 0: no organisation has a reason any more (the machine's operator)
	word TEXT NOT NULL,                 -- a word of the name, folded, then the rest of it: 'obrien jose'
	PRIMARY KEY (person, org, word)
) @ROWLESS@;
INSERT INTO search_name_by_person (person, org, word) SELECT person, org, word FROM search_name ORDER BY person, org, word;
DROP TABLE search_name;
ALTER TABLE search_name_by_person RENAME TO search_name;
CREATE INDEX search_name_word ON search_name (org, word, person);
