-- A child's whole history as rules need it, packed (record/compact.h): a cache
-- beside the events, for reports over everyone.
CREATE TABLE compact (
	person @KEY@,
	body @BLOB@ NOT NULL
);
