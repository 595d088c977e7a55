-- Launches: what is kept from them for a while, what became of each try, and what providers ask and hold.
-- Costs are micro-dollars an hour, balances micro-dollars.

-- Of the operator's own machines: its price is set, and what it says of its free places is exact.
ALTER TABLE listing ADD COLUMN is_own INTEGER NOT NULL DEFAULT 0 CHECK (is_own IN (0, 1));

-- What is not launched until then. Its name: a listing's id, a source, '<region>/<model>', or '' for all of a provider.
CREATE TABLE block (
    provider TEXT NOT NULL,
    scope    TEXT NOT NULL CHECK (scope IN ('listing', 'source', 'region', 'provider')),
    name     TEXT NOT NULL CHECK ((name = '') = (scope = 'provider')),
    until_s  INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    since_s  INTEGER NOT NULL,
    PRIMARY KEY (provider, scope, name)
) STRICT, WITHOUT ROWID;

-- Whether one try brought its renter a pod, as far as its provider is to praise or to blame.
CREATE TABLE attempt_result (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempt (id),
    provider   TEXT NOT NULL,
    model      TEXT NOT NULL,
    is_good    INTEGER NOT NULL CHECK (is_good IN (0, 1)),
    reason     TEXT NOT NULL,
    at_s       INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_result_by_model ON attempt_result (provider, model, attempt_id);

-- What a pod was quoted at, what its provider asks for it, and when the provider would end it by itself.
CREATE TABLE attempt_cost (
    attempt_id    INTEGER PRIMARY KEY REFERENCES attempt (id),
    quoted_micros INTEGER NOT NULL CHECK (quoted_micros >= 0),
    asked_micros  INTEGER CHECK (asked_micros >= 0),  -- NULL: not asked yet, or not told.
    asked_at_s    INTEGER,
    expires_at_s  INTEGER
) STRICT;

-- The operator's money at a provider, as last told.
CREATE TABLE provider_balance (
    provider     TEXT PRIMARY KEY,
    micros       INTEGER NOT NULL,
    spend_micros INTEGER CHECK (spend_micros >= 0),  -- What the whole account burns an hour; NULL: not told.
    minimum_s    INTEGER NOT NULL CHECK (minimum_s >= 0),  -- How long it must last, or launches pause.
    seen_at_s    INTEGER NOT NULL,
    paused_at_s  INTEGER  -- Since when launches pause.
) STRICT;

-- What may be at a provider, and so has to be paid there.
CREATE INDEX attempt_in_use ON attempt (provider) WHERE outcome IN ('pending', 'created', 'unknown');
