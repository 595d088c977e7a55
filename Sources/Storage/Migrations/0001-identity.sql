-- Who may sign in, with which keys, and what happened. Times are whole seconds of the billing clock.

CREATE TABLE renter (
    id           TEXT NOT NULL PRIMARY KEY CHECK (id GLOB 'usr_*' AND length(id) = 30),
    email        TEXT NOT NULL UNIQUE CHECK (email = lower(email) AND email LIKE '_%@_%' AND length(email) <= 254),
    created_at_s INTEGER NOT NULL,
    closed_at_s  INTEGER CHECK (closed_at_s >= created_at_s)
) STRICT;

-- A renter is closed, never removed: the ledger and the events name them for ever.
CREATE TRIGGER renter_is_kept BEFORE DELETE ON renter
BEGIN SELECT RAISE(ABORT, 'a renter is closed, never deleted'); END;

CREATE TRIGGER renter_id_is_fixed BEFORE UPDATE OF id, created_at_s ON renter
WHEN NEW.id <> OLD.id OR NEW.created_at_s <> OLD.created_at_s
BEGIN SELECT RAISE(ABORT, 'the id and the birth of a renter are fixed'); END;

-- A signed-in browser. Only the SHA-256 of its cookie is kept. It slides up to ends_at_s and no further.
CREATE TABLE sign_in (
    id           TEXT NOT NULL PRIMARY KEY CHECK (id GLOB 'ses_*' AND length(id) = 30),
    user_id      TEXT NOT NULL REFERENCES renter (id),
    secret_hash  BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    created_at_s INTEGER NOT NULL,
    seen_at_s    INTEGER NOT NULL CHECK (seen_at_s >= created_at_s),
    expires_at_s INTEGER NOT NULL CHECK (expires_at_s <= ends_at_s),
    ends_at_s    INTEGER NOT NULL,
    user_agent   TEXT CHECK (length(user_agent) <= 400),
    address      TEXT CHECK (length(address) <= 64)
) STRICT;

CREATE INDEX sign_in_of_user ON sign_in (user_id);
CREATE INDEX sign_in_by_expiry ON sign_in (expires_at_s);

-- A link that signs its holder in, once.
CREATE TABLE sign_in_link (
    token_hash   BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    user_id      TEXT NOT NULL REFERENCES renter (id),
    expires_at_s INTEGER NOT NULL,
    used_at_s    INTEGER
) STRICT;

CREATE TRIGGER sign_in_link_works_once BEFORE UPDATE ON sign_in_link
WHEN OLD.used_at_s IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a sign-in link works once'); END;

-- line: 'type base64', re-written from the parsed key; no options, comment or newline ever.
CREATE TABLE ssh_key (
    id           TEXT NOT NULL PRIMARY KEY CHECK (id GLOB 'key_*' AND length(id) = 30),
    user_id      TEXT NOT NULL REFERENCES renter (id),
    name         TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    algorithm    TEXT NOT NULL,
    fingerprint  TEXT NOT NULL CHECK (fingerprint GLOB 'SHA256:*' AND length(fingerprint) = 50),
    line         TEXT NOT NULL CHECK (line GLOB algorithm || ' *' AND instr(line, char(10)) = 0 AND instr(line, char(13)) = 0),
    created_at_s INTEGER NOT NULL,
    UNIQUE (user_id, fingerprint)
) STRICT;

CREATE TRIGGER ssh_key_is_fixed BEFORE UPDATE ON ssh_key
BEGIN SELECT RAISE(ABORT, 'an SSH key is added or deleted, never changed'); END;

-- The audit trail, append-only. The rental's row may come later in the same transaction.
CREATE TABLE event (
    seq        INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    id         TEXT NOT NULL UNIQUE CHECK (id GLOB 'evt_*' AND length(id) = 30),
    user_id    TEXT REFERENCES renter (id) DEFERRABLE INITIALLY DEFERRED,
    rental_id  TEXT REFERENCES rental (id) DEFERRABLE INITIALLY DEFERRED,
    type       TEXT NOT NULL CHECK (type <> ''),
    message    TEXT NOT NULL,
    actor      TEXT NOT NULL CHECK (actor <> ''),
    address    TEXT,
    request_id TEXT,
    at_s       INTEGER NOT NULL
) STRICT;

CREATE INDEX event_of_user ON event (user_id, seq);
CREATE INDEX event_of_rental ON event (rental_id, seq);

-- INSERT OR REPLACE would delete the old row: it meets this check before.
CREATE TRIGGER event_is_new BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE seq = NEW.seq OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an event is never replaced'); END;

CREATE TRIGGER event_is_fixed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;

CREATE TRIGGER event_is_kept BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;

-- What a request with an Idempotency-Key answered; status is NULL while the first one runs.
CREATE TABLE idempotency (
    user_id      TEXT NOT NULL REFERENCES renter (id),
    key          TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    route        TEXT NOT NULL,
    body_hash    BLOB NOT NULL CHECK (length(body_hash) = 32),
    started_at_s INTEGER NOT NULL,
    status       INTEGER CHECK (status BETWEEN 100 AND 599),
    headers      TEXT,
    body         BLOB,
    PRIMARY KEY (user_id, key),
    CHECK ((status IS NULL) = (headers IS NULL) AND (status IS NULL) = (body IS NULL))
) STRICT;

CREATE INDEX idempotency_by_start ON idempotency (started_at_s);
