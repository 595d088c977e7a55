-- What offers cost the outlet, what they have been sold at, and what is kept out of the catalog.
-- Costs are micro-dollars an hour; `_cents` are US cents an hour; days and hours are UTC.

ALTER TABLE listing ADD COLUMN cost_micros INTEGER CHECK (cost_micros >= 0);  -- Of the whole pod, before the markup.
ALTER TABLE listing ADD COLUMN source TEXT;  -- Whom to blame for a bad pod: a machine, a data centre.

-- One listing on one day, while it could be rented. Folded into family_day when the day is over.
CREATE TABLE listing_day (
    listing_id TEXT NOT NULL REFERENCES listing (id),
    day_s      INTEGER NOT NULL CHECK (day_s % 86400 = 0),
    min_cents  INTEGER NOT NULL CHECK (min_cents >= 1),  -- Of one GPU, rounded up.
    hours      INTEGER NOT NULL CHECK (hours BETWEEN 1 AND 16777215),  -- Bit n: it could be rented in hour n.
    PRIMARY KEY (listing_id, day_s)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_day_by_day ON listing_day (day_s);

CREATE TABLE family_day (
    family       TEXT NOT NULL,
    day_s        INTEGER NOT NULL CHECK (day_s % 86400 = 0),
    min_cents    INTEGER NOT NULL CHECK (min_cents >= 1),
    median_cents INTEGER NOT NULL CHECK (median_cents >= min_cents),
    listings     INTEGER NOT NULL CHECK (listings >= 1),
    hours        INTEGER NOT NULL CHECK (hours BETWEEN 1 AND 16777215),
    PRIMARY KEY (family, day_s)
) STRICT, WITHOUT ROWID;

-- The middle cost of one GPU of a model at a provider, hour by hour: what its price is held against.
CREATE TABLE usual_cost (
    provider    TEXT NOT NULL,
    model       TEXT NOT NULL,
    hour_s      INTEGER NOT NULL CHECK (hour_s % 3600 = 0),
    cost_micros INTEGER NOT NULL CHECK (cost_micros >= 0),
    PRIMARY KEY (provider, model, hour_s)
) STRICT, WITHOUT ROWID;

-- Offers that are not sold because their cost is far from the usual one.
CREATE TABLE held_offer (
    provider     TEXT NOT NULL,
    offer_key    TEXT NOT NULL,
    model        TEXT NOT NULL,
    gpu_count    INTEGER NOT NULL,
    region       TEXT NOT NULL,
    cost_micros  INTEGER NOT NULL CHECK (cost_micros >= 0),
    usual_micros INTEGER NOT NULL CHECK (usual_micros >= 0),  -- Of one GPU.
    since_s      INTEGER NOT NULL,
    seen_at_s    INTEGER NOT NULL CHECK (seen_at_s >= since_s),
    PRIMARY KEY (provider, offer_key)
) STRICT, WITHOUT ROWID;

-- GPUs that are in no family, as their providers name them.
CREATE TABLE unmapped_gpu (
    provider   TEXT NOT NULL,
    name       TEXT NOT NULL,
    vram_gb    INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    offers     INTEGER NOT NULL CHECK (offers >= 1),  -- How many at once, when last seen.
    min_micros INTEGER NOT NULL CHECK (min_micros >= 0),  -- Of one GPU, when last seen.
    since_s    INTEGER NOT NULL,
    seen_at_s  INTEGER NOT NULL CHECK (seen_at_s >= since_s),
    PRIMARY KEY (provider, name, vram_gb)
) STRICT, WITHOUT ROWID;

-- What a person has allowed one GPU of a model to cost at a provider.
CREATE TABLE allowed_cost (
    provider     TEXT NOT NULL,
    model        TEXT NOT NULL,
    cost_micros  INTEGER NOT NULL CHECK (cost_micros >= 0),
    allowed_at_s INTEGER NOT NULL,
    PRIMARY KEY (provider, model)
) STRICT, WITHOUT ROWID;
