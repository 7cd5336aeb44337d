-- Lines about one entry are few among the looks at a child: found without walking the others.
CREATE INDEX audit_entry ON audit (person, event) WHERE event <> 0;
