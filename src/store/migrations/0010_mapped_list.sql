-- By which mapping a list was read (empty: by its own headings), and the headings of the rows
-- that were kept back, as a line of CSV: they stand, as they were, with their findings.
ALTER TABLE weekly_list ADD COLUMN mapping TEXT NOT NULL DEFAULT '';
ALTER TABLE weekly_list ADD COLUMN heading TEXT NOT NULL DEFAULT '';
