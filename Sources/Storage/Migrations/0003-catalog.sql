-- What providers offer. A row is kept for ever, so that one provider's one offer keeps its id;
-- it can be rented while free > 0 and observed_at_s is at most 300 s old.

CREATE TABLE listing (
    id              TEXT NOT NULL PRIMARY KEY CHECK (id GLOB 'lst_*' AND length(id) = 30),
    provider        TEXT NOT NULL CHECK (provider <> ''),
    offer_key       TEXT NOT NULL CHECK (offer_key <> ''),
    family          TEXT NOT NULL CHECK (family <> ''),
    model           TEXT NOT NULL CHECK (model <> ''),
    vram_gb         INTEGER NOT NULL CHECK (vram_gb >= 0),
    gpu_count       INTEGER NOT NULL CHECK (gpu_count IN (1, 2, 4, 8)),
    price_cents     INTEGER NOT NULL CHECK (price_cents BETWEEN 1 AND 1000000),
    region          TEXT NOT NULL,
    region_code     TEXT NOT NULL,
    interconnect    TEXT,
    free            INTEGER NOT NULL CHECK (free >= 0),
    reliability     REAL CHECK (reliability BETWEEN 0 AND 1),
    note            TEXT,
    first_seen_at_s INTEGER NOT NULL,
    observed_at_s   INTEGER NOT NULL CHECK (observed_at_s >= first_seen_at_s),
    UNIQUE (provider, offer_key)
) STRICT;

CREATE INDEX listing_by_price ON listing (family, gpu_count, price_cents, id);

CREATE TRIGGER listing_is_kept BEFORE DELETE ON listing
BEGIN SELECT RAISE(ABORT, 'a listing is sold out, never deleted'); END;

CREATE TRIGGER listing_id_is_fixed BEFORE UPDATE OF id, provider, offer_key ON listing
WHEN NEW.id <> OLD.id OR NEW.provider <> OLD.provider OR NEW.offer_key <> OLD.offer_key
BEGIN SELECT RAISE(ABORT, 'a listing keeps its id, provider and offer'); END;

-- One more with each visible change.
CREATE TABLE catalog_state (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL CHECK (version >= 0)
) STRICT;

INSERT INTO catalog_state (id, version) VALUES (1, 0);
