-- A council's own children whose area is not known stand on its list among those of others of whom that is
-- so: a council that asked for its own walked through all of them. Where the area is known it says whose they are.
CREATE INDEX work_row_own ON work_row (org, turn, holder, law, due_day, person, standard, opened, ordinal, council, area) WHERE council = org AND area < 1;
