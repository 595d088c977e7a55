-- Signing in by codes, invitations, and mail on its way. Times are whole seconds of the billing clock.

-- The one code that works for an address. code_hash is keyed by a file outside of the database, since six digits
-- are soon guessed from a plain hash. An address that may not sign in has a row too, whose code nobody knows.
CREATE TABLE sign_in_code (
    email        TEXT NOT NULL PRIMARY KEY CHECK (email = lower(email) AND length(email) <= 254),
    code_hash    BLOB NOT NULL CHECK (length(code_hash) = 32),
    tries        INTEGER NOT NULL CHECK (tries >= 0),
    created_at_s INTEGER NOT NULL,
    expires_at_s INTEGER NOT NULL CHECK (expires_at_s > created_at_s)
) STRICT;

CREATE INDEX sign_in_code_by_expiry ON sign_in_code (expires_at_s);

-- An address that may make an account where sign-up is not open.
CREATE TABLE invitation (
    email        TEXT NOT NULL PRIMARY KEY CHECK (email = lower(email) AND length(email) <= 254),
    invited_by   TEXT NOT NULL CHECK (invited_by <> ''),
    created_at_s INTEGER NOT NULL,
    expires_at_s INTEGER NOT NULL CHECK (expires_at_s > created_at_s)
) STRICT;

-- Letters and what became of them. message is the whole letter, sealed with a key outside of the database; it is
-- erased as soon as the letter is handed over or given up.
CREATE TABLE mail (
    id            INTEGER NOT NULL PRIMARY KEY,
    purpose       TEXT NOT NULL CHECK (purpose <> ''),
    recipient     TEXT NOT NULL CHECK (recipient = lower(recipient) AND length(recipient) <= 254),
    message       BLOB,
    tries         INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    error         TEXT CHECK (length(error) <= 500),
    created_at_s  INTEGER NOT NULL,
    due_at_s      INTEGER NOT NULL,
    expires_at_s  INTEGER NOT NULL CHECK (expires_at_s > created_at_s),
    sent_at_s     INTEGER,
    given_up_at_s INTEGER,
    CHECK (sent_at_s IS NULL OR given_up_at_s IS NULL),
    CHECK ((message IS NULL) = (sent_at_s IS NOT NULL OR given_up_at_s IS NOT NULL))
) STRICT;

CREATE INDEX mail_by_due ON mail (due_at_s) WHERE message IS NOT NULL;
CREATE INDEX mail_by_end ON mail (COALESCE(sent_at_s, given_up_at_s)) WHERE message IS NULL;

CREATE TRIGGER mail_ends_once BEFORE UPDATE ON mail
WHEN OLD.message IS NULL
BEGIN SELECT RAISE(ABORT, 'a letter that was handed over or given up stays so'); END;
