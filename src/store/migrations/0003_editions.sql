-- Documents of the rules with their whole bodies, and who changed them. What stood
-- there named only the hash of all rules together: the files are read in anew.
DELETE FROM document;
ALTER TABLE document ADD COLUMN origin TEXT NOT NULL DEFAULT 'shipped'; -- shipped with the program; region: changed here
ALTER TABLE document ADD COLUMN shipped TEXT NOT NULL DEFAULT '';       -- hash of the shipped text at that time
ALTER TABLE document ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE document ADD COLUMN author BIGINT NOT NULL DEFAULT 0;       -- 0: the program or the operator
ALTER TABLE document ADD COLUMN why TEXT NOT NULL DEFAULT '';
