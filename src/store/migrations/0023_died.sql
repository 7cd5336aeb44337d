-- Who died is looked for by itself, for what is due for disposal.
CREATE INDEX event_died ON event (person) WHERE kind = 'person-died';
