-- What of the operator's own machines belongs to which pod: GPUs by UUID, places for pods without GPUs, ports.

CREATE TABLE unit_lease (
    id            INTEGER NOT NULL PRIMARY KEY,
    unit          TEXT NOT NULL CHECK (unit <> ''),
    provider      TEXT NOT NULL CHECK (provider <> ''),
    label         TEXT NOT NULL CHECK (label <> ''),
    taken_at_s    INTEGER NOT NULL,
    ended_at_s    INTEGER,  -- From here on its pod must not be started.
    released_at_s INTEGER
) STRICT;

-- Exclusive, whoever asks: a unit has one pod at a time.
CREATE UNIQUE INDEX unit_lease_live ON unit_lease (unit) WHERE released_at_s IS NULL;
CREATE INDEX unit_lease_by_label ON unit_lease (label);
CREATE INDEX unit_lease_by_release ON unit_lease (released_at_s) WHERE released_at_s IS NOT NULL;

CREATE TRIGGER unit_lease_stays BEFORE UPDATE ON unit_lease
WHEN NEW.unit <> OLD.unit OR NEW.label <> OLD.label OR NEW.provider <> OLD.provider
    OR NEW.taken_at_s <> OLD.taken_at_s OR OLD.released_at_s IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a lease ends, and changes in no other way'); END;
