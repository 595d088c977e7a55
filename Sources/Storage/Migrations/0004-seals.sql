-- Proof that history was not rewritten: seals over the rows of money, each chained to the one before, and the
-- milestones of rentals, which make what a rental once was a row of history too.

-- One row whenever a rental begins, or its state, rate or a time that bills changes: what it is from then on.
CREATE TABLE milestone (
    id             INTEGER PRIMARY KEY CHECK (id > 0),
    rental_id      TEXT NOT NULL REFERENCES rental (id),
    user_id        TEXT NOT NULL,
    state          TEXT NOT NULL,
    rate_cents     INTEGER NOT NULL,
    max_rate_cents INTEGER NOT NULL,
    asked_at_s     INTEGER NOT NULL,
    running_at_s   INTEGER,
    ends_at_s      INTEGER,
    closed_at_s    INTEGER,
    stop_reason    TEXT
) STRICT;
CREATE INDEX milestone_of_rental ON milestone (rental_id, id);

-- Rentals that are older than milestones begin with what they are now.
INSERT INTO milestone (rental_id, user_id, state, rate_cents, max_rate_cents, asked_at_s, running_at_s, ends_at_s,
                       closed_at_s, stop_reason)
SELECT id, user_id, state, rate_cents, max_rate_cents, asked_at_s, running_at_s, ends_at_s, closed_at_s, stop_reason
  FROM rental
 ORDER BY id;

CREATE TRIGGER milestone_is_true BEFORE INSERT ON milestone
BEGIN
    SELECT RAISE(ABORT, 'the milestone is there already') FROM milestone WHERE id = NEW.id;
    SELECT RAISE(ABORT, 'a milestone says what its rental is')
     WHERE NOT EXISTS (
            SELECT 1
              FROM rental r
             WHERE r.id = NEW.rental_id AND r.user_id = NEW.user_id AND r.state = NEW.state
               AND r.rate_cents = NEW.rate_cents AND r.max_rate_cents = NEW.max_rate_cents
               AND r.asked_at_s = NEW.asked_at_s AND r.running_at_s IS NEW.running_at_s
               AND r.ends_at_s IS NEW.ends_at_s AND r.closed_at_s IS NEW.closed_at_s
               AND r.stop_reason IS NEW.stop_reason);
    SELECT RAISE(ABORT, 'the milestone is there already')
      FROM milestone m
     WHERE m.id = (SELECT MAX(id) FROM milestone WHERE rental_id = NEW.rental_id)
       AND m.state = NEW.state AND m.rate_cents = NEW.rate_cents AND m.running_at_s IS NEW.running_at_s
       AND m.ends_at_s IS NEW.ends_at_s AND m.closed_at_s IS NEW.closed_at_s AND m.stop_reason IS NEW.stop_reason;
END;
CREATE TRIGGER milestone_is_next AFTER INSERT ON milestone
BEGIN
    SELECT RAISE(ABORT, 'milestones are numbered without a gap')
     WHERE NEW.id <> 1 + (SELECT COALESCE(MAX(id), 0) FROM milestone WHERE id < NEW.id);
END;
CREATE TRIGGER milestone_is_final BEFORE UPDATE ON milestone
BEGIN SELECT RAISE(ABORT, 'milestones are final'); END;
CREATE TRIGGER milestone_stays BEFORE DELETE ON milestone
BEGIN SELECT RAISE(ABORT, 'milestones are final'); END;

CREATE TRIGGER rental_has_begun AFTER INSERT ON rental
BEGIN
    INSERT INTO milestone (rental_id, user_id, state, rate_cents, max_rate_cents, asked_at_s, running_at_s, ends_at_s,
                           closed_at_s, stop_reason)
    VALUES (NEW.id, NEW.user_id, NEW.state, NEW.rate_cents, NEW.max_rate_cents, NEW.asked_at_s, NEW.running_at_s,
            NEW.ends_at_s, NEW.closed_at_s, NEW.stop_reason);
END;
CREATE TRIGGER rental_has_moved AFTER UPDATE ON rental
WHEN NEW.state IS NOT OLD.state OR NEW.rate_cents IS NOT OLD.rate_cents
  OR NEW.running_at_s IS NOT OLD.running_at_s OR NEW.ends_at_s IS NOT OLD.ends_at_s
  OR NEW.closed_at_s IS NOT OLD.closed_at_s OR NEW.stop_reason IS NOT OLD.stop_reason
BEGIN
    INSERT INTO milestone (rental_id, user_id, state, rate_cents, max_rate_cents, asked_at_s, running_at_s, ends_at_s,
                           closed_at_s, stop_reason)
    VALUES (NEW.id, NEW.user_id, NEW.state, NEW.rate_cents, NEW.max_rate_cents, NEW.asked_at_s, NEW.running_at_s,
            NEW.ends_at_s, NEW.closed_at_s, NEW.stop_reason);
END;

-- A seal lies over the rows after those of the seal before, up to the numbers it names. `hash` is a SHA-256 over the
-- hash before, the seal's own numbers, and the SHA-256 of each row; `digests` keeps eight bytes of each of these, so
-- that a seal that no longer fits tells which row was changed. ARCHITECTURE.md has the bytes.
CREATE TABLE seal (
    id              INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),  -- A seal that was taken away leaves its number.
    sealed_at_s     INTEGER NOT NULL,
    account_to      INTEGER NOT NULL CHECK (account_to >= 0),
    milestone_to    INTEGER NOT NULL CHECK (milestone_to >= 0),
    usage_to        INTEGER NOT NULL CHECK (usage_to >= 0),
    transfer_to     INTEGER NOT NULL CHECK (transfer_to >= 0),
    ledger_entry_to INTEGER NOT NULL CHECK (ledger_entry_to >= 0),
    hash            BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    digests         BLOB NOT NULL
) STRICT;
CREATE INDEX seal_by_time ON seal (sealed_at_s);
CREATE INDEX seal_by_line ON seal (ledger_entry_to);

CREATE TRIGGER seal_goes_on BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'the seal is there already') FROM seal WHERE id = NEW.id OR hash = NEW.hash;
    SELECT RAISE(ABORT, 'a seal lies over rows that are there')
     WHERE NEW.account_to > (SELECT COALESCE(MAX(id), 0) FROM account)
        OR NEW.milestone_to > (SELECT COALESCE(MAX(id), 0) FROM milestone)
        OR NEW.usage_to > (SELECT COALESCE(MAX(id), 0) FROM usage)
        OR NEW.transfer_to > (SELECT COALESCE(MAX(id), 0) FROM transfer)
        OR NEW.ledger_entry_to > (SELECT COALESCE(MAX(seq), 0) FROM ledger_entry);
    SELECT RAISE(ABORT, 'a seal goes on where the one before it ended')
      FROM seal s
     WHERE s.id = (SELECT MAX(id) FROM seal)
       AND (s.sealed_at_s > NEW.sealed_at_s OR s.account_to > NEW.account_to OR s.milestone_to > NEW.milestone_to
            OR s.usage_to > NEW.usage_to OR s.transfer_to > NEW.transfer_to
            OR s.ledger_entry_to > NEW.ledger_entry_to);
    SELECT RAISE(ABORT, 'a seal has a digest of each of its rows')
     WHERE length(NEW.digests) = 0
        OR length(NEW.digests) <> 8 * (
            NEW.account_to + NEW.milestone_to + NEW.usage_to + NEW.transfer_to + NEW.ledger_entry_to - COALESCE(
                (SELECT s.account_to + s.milestone_to + s.usage_to + s.transfer_to + s.ledger_entry_to
                   FROM seal s
                  WHERE s.id = (SELECT MAX(id) FROM seal)), 0));
END;
CREATE TRIGGER seal_is_next AFTER INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'seals are numbered without a gap')
     WHERE NEW.id <> 1 + (SELECT COALESCE(MAX(id), 0) FROM seal WHERE id < NEW.id);
END;
CREATE TRIGGER seal_is_final BEFORE UPDATE ON seal
BEGIN SELECT RAISE(ABORT, 'seals are final'); END;
CREATE TRIGGER seal_stays BEFORE DELETE ON seal
BEGIN SELECT RAISE(ABORT, 'seals are final'); END;

-- Nobody is billed ahead of time, by the billing clock, which every write moves first.
CREATE TRIGGER usage_is_over BEFORE INSERT ON usage
BEGIN
    SELECT RAISE(ABORT, 'usage is not posted ahead of its time')
      FROM clock WHERE NEW.posted_at_s > (billing_ms + 500) / 1000;
END;
