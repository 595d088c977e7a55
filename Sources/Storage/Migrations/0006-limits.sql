-- What a wallet may spend at most, and what its owner was told of its end.

-- NULL in an own_ column: no such limit. NULL in an operator_ column: the one of the configuration.
CREATE TABLE spending_limit (
    user_id              TEXT PRIMARY KEY REFERENCES wallet (user_id),
    own_burn_cents       INTEGER CHECK (own_burn_cents >= 0),
    own_month_cents      INTEGER CHECK (own_month_cents >= 0),
    own_pods             INTEGER CHECK (own_pods >= 0),
    operator_burn_cents  INTEGER CHECK (operator_burn_cents >= 0),
    operator_month_cents INTEGER CHECK (operator_month_cents >= 0),
    operator_pods        INTEGER CHECK (operator_pods >= 0)
) STRICT;

-- An amount to be told when a month's spending reaches it; told_month_s is the start of the last month in which it was.
CREATE TABLE spend_alert (
    user_id      TEXT NOT NULL REFERENCES wallet (user_id),
    cents        INTEGER NOT NULL CHECK (cents > 0),
    told_month_s INTEGER,
    PRIMARY KEY (user_id, cents)
) STRICT;

-- told_s: the tightest threshold of the runway that was told; look_at_s: when there will be more to tell.
CREATE TABLE runway_watch (
    user_id   TEXT PRIMARY KEY REFERENCES wallet (user_id),
    told_s    INTEGER CHECK (told_s > 0),
    look_at_s INTEGER
) STRICT;
CREATE INDEX runway_watch_due ON runway_watch (look_at_s) WHERE look_at_s IS NOT NULL;

-- What a wallet has spent in a month is read with every launch.
CREATE INDEX ledger_entry_of_month ON ledger_entry (user_id, posted_at_s, amount_cents)
 WHERE type IN ('rental_charge', 'refund');
