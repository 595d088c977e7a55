-- What backups, restores and the sweep need to know. Times are whole seconds of the billing clock.

-- Backups between snapshots --------------------------------------------------------------------------------------------
--
-- History only grows, so its new rows are found by their number. Other rows change: each change puts the row's key at
-- the end of this queue, once. A backup reads on from the number at which it stopped, and only a new snapshot empties
-- what lies before it. AUTOINCREMENT: a number that was read never comes again.
CREATE TABLE changed_row (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,  -- The table.
    key     TEXT NOT NULL,
    UNIQUE (subject, key)
) STRICT;

CREATE TRIGGER renter_is_new AFTER INSERT ON renter
BEGIN
    DELETE FROM changed_row WHERE subject = 'renter' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('renter', NEW.id);
END;
CREATE TRIGGER renter_has_changed AFTER UPDATE ON renter
BEGIN
    DELETE FROM changed_row WHERE subject = 'renter' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('renter', NEW.id);
END;

CREATE TRIGGER ssh_key_is_new AFTER INSERT ON ssh_key
BEGIN
    DELETE FROM changed_row WHERE subject = 'ssh_key' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('ssh_key', NEW.id);
END;
CREATE TRIGGER ssh_key_has_gone AFTER DELETE ON ssh_key
BEGIN
    DELETE FROM changed_row WHERE subject = 'ssh_key' AND key = OLD.id;
    INSERT INTO changed_row (subject, key) VALUES ('ssh_key', OLD.id);
END;

CREATE TRIGGER wallet_is_new AFTER INSERT ON wallet
BEGIN INSERT INTO changed_row (subject, key) VALUES ('wallet', NEW.user_id); END;

-- A balance follows from the transfers: a backup keeps only that the account exists, and under which number.
CREATE TRIGGER account_is_new AFTER INSERT ON account
BEGIN INSERT INTO changed_row (subject, key) VALUES ('account', NEW.id); END;

CREATE TRIGGER rental_is_new AFTER INSERT ON rental
BEGIN INSERT INTO changed_row (subject, key) VALUES ('rental', NEW.id); END;
CREATE TRIGGER rental_has_changed AFTER UPDATE ON rental
BEGIN
    DELETE FROM changed_row WHERE subject = 'rental' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('rental', NEW.id);
END;

CREATE TRIGGER attempt_is_new AFTER INSERT ON attempt
BEGIN INSERT INTO changed_row (subject, key) VALUES ('attempt', NEW.id); END;
CREATE TRIGGER attempt_has_changed AFTER UPDATE ON attempt
BEGIN
    DELETE FROM changed_row WHERE subject = 'attempt' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('attempt', NEW.id);
END;

CREATE TRIGGER effect_was_given AFTER INSERT ON effect
BEGIN INSERT INTO changed_row (subject, key) VALUES ('effect', NEW.id); END;
CREATE TRIGGER effect_has_changed AFTER UPDATE ON effect
BEGIN
    DELETE FROM changed_row WHERE subject = 'effect' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('effect', NEW.id);
END;

-- How far backups have come; the files say the rest.
CREATE TABLE backup_state (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    snapshot_at_s INTEGER,  -- Of the newest whole snapshot.
    reached_at_s  INTEGER,  -- All that was committed by then is in a backup.
    problem       TEXT      -- Why the last try failed; NULL when it did not.
) STRICT;

INSERT INTO backup_state (id) VALUES (1);

CREATE TRIGGER backup_state_is_one BEFORE INSERT ON backup_state
BEGIN SELECT RAISE(ABORT, 'there is one state of the backups') FROM backup_state; END;
CREATE TRIGGER backup_state_stays BEFORE DELETE ON backup_state
BEGIN SELECT RAISE(ABORT, 'the state of the backups stays'); END;

-- Books that came out of a backup. Until a person has accepted them, nothing is made or ended at a provider.
CREATE TABLE restoration (
    id            INTEGER PRIMARY KEY CHECK (id > 0),
    snapshot      TEXT NOT NULL,
    reached_at_s  INTEGER NOT NULL,  -- What was committed later is not in these books.
    restored_at_s INTEGER NOT NULL,  -- By the wall clock.
    accepted_at_s INTEGER,
    accepted_by   TEXT,
    CHECK ((accepted_at_s IS NULL) = (accepted_by IS NULL))
) STRICT;

CREATE TRIGGER restoration_is_accepted_once BEFORE UPDATE ON restoration
WHEN OLD.accepted_at_s IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.snapshot IS NOT OLD.snapshot
  OR NEW.reached_at_s IS NOT OLD.reached_at_s OR NEW.restored_at_s IS NOT OLD.restored_at_s
BEGIN SELECT RAISE(ABORT, 'a restoration is accepted once, and otherwise final'); END;
CREATE TRIGGER restoration_stays BEFORE DELETE ON restoration
BEGIN SELECT RAISE(ABORT, 'a restoration stays'); END;

-- The sweep ------------------------------------------------------------------------------------------------------------

-- What complete lists of pods showed against the books, for as long as they go on showing it.
CREATE TABLE pod_sighting (
    provider    TEXT NOT NULL,
    label       TEXT NOT NULL,
    upstream_id TEXT NOT NULL,  -- '' for a pod that lists lack.
    times       INTEGER NOT NULL CHECK (times >= 1),  -- In how many complete lists in a row.
    first_at_s  INTEGER NOT NULL,
    last_at_s   INTEGER NOT NULL CHECK (last_at_s >= first_at_s),
    condemned_by TEXT,  -- Who ordered its end, where the sweep alone would not.
    PRIMARY KEY (provider, label, upstream_id)
) STRICT;
