-- Money: wallets, accounts, rentals, and the books, which only grow.
--
-- Units: amounts are whole US cents; rates are cents per hour; `_s` is a second of billing time, `_ms` a millisecond;
-- usage.from_s and to_s count from the rental's running_at_s. A balance is credits less debits, so that all balances
-- together are always zero.
--
-- How causes, movement codes and ledger lines go together (usage has no cause, its usage row is the cause):
--
--   cause                      code       line            between
--   hold:<rental>              hold       hold, 0         promo, available → hold
--   rel:<rental>               release    release, 0      hold → promo, available
--   refund:<rental>            release    refund, 0       the same, after a failed provisioning
--   credit:<rental>            credit     refund, +       revenue → promo, available; the pod was lost at once
--   promo:<user>:<campaign>    gift       adjustment, +   promo_grant → promo
--   adj:<id>                   adjust     adjustment, ±   writeoff ↔ available
--
-- To post: first the transfers of one cause, then its line, which is checked against them and against the accounts.
-- Every table of history refuses three things: a change, a deletion, and an insert of what is there already, because
-- INSERT OR REPLACE deletes without asking the delete triggers.

-- Wallets and accounts ----------------------------------------------------------------------------------------------

CREATE TABLE wallet (
    user_id       TEXT PRIMARY KEY REFERENCES renter (id),
    exhausts_at_s INTEGER  -- When money ends the next of its rentals; NULL when nothing runs.
) STRICT;
CREATE INDEX wallet_by_exhaustion ON wallet (exhausts_at_s) WHERE exhausts_at_s IS NOT NULL;

CREATE TABLE rental (
    id                   TEXT PRIMARY KEY,
    user_id              TEXT NOT NULL REFERENCES wallet (user_id),
    name                 TEXT,
    family               TEXT NOT NULL,
    model                TEXT NOT NULL,
    gpu_count            INTEGER NOT NULL CHECK (gpu_count >= 1),
    template_id          TEXT NOT NULL,
    wanted_region        TEXT,
    wanted_provider      TEXT,
    rate_cents           INTEGER NOT NULL CHECK (rate_cents BETWEEN 1 AND 1000000),
    max_rate_cents       INTEGER NOT NULL CHECK (max_rate_cents BETWEEN rate_cents AND 1000000),
    state                TEXT NOT NULL CHECK (state IN ('provisioning', 'running', 'stopping', 'stopped', 'failed')),
    asked_at_s           INTEGER NOT NULL,
    deadline_at_s        INTEGER,  -- Of the provisioning.
    running_at_s         INTEGER,  -- SSH answered: second 0 of the bill.
    confirmed_at_s       INTEGER,  -- The last second of which the provider said that the pod was alive.
    ends_at_s            INTEGER,  -- Nothing after it is billed.
    closed_at_s          INTEGER,  -- Nothing more is billed at all; the rest of the hold may go back.
    auto_stop_after_s    INTEGER CHECK (auto_stop_after_s > 0),
    auto_stop_at_s       INTEGER,
    billed_s             INTEGER NOT NULL DEFAULT 0 CHECK (billed_s >= 0),  -- The end of its last usage row.
    stop_reason          TEXT CHECK (stop_reason IN ('user', 'wallet_empty', 'auto_stop', 'provider_lost',
                                                     'provision_failed', 'operator')),
    error                TEXT,
    provider             TEXT NOT NULL,
    region               TEXT NOT NULL,
    host                 TEXT,
    port                 INTEGER CHECK (port BETWEEN 1 AND 65535),
    ssh_user             TEXT,
    host_key_fingerprint TEXT,
    environment          TEXT NOT NULL CHECK (environment GLOB '{*}'),  -- A JSON object of strings.
    startup_script       TEXT,
    authorized_keys      TEXT NOT NULL,
    log                  TEXT,
    CHECK ((running_at_s IS NULL) = (confirmed_at_s IS NULL)),
    CHECK (running_at_s IS NULL OR (running_at_s >= asked_at_s AND confirmed_at_s >= running_at_s)),
    CHECK (state <> 'running' OR running_at_s IS NOT NULL),
    CHECK (state IN ('provisioning', 'running') OR ends_at_s IS NOT NULL),
    CHECK (state NOT IN ('stopped', 'failed') OR closed_at_s IS NOT NULL)
) STRICT;
CREATE INDEX rental_of_user ON rental (user_id, id);
CREATE INDEX rental_unclosed ON rental (user_id) WHERE closed_at_s IS NULL;
CREATE INDEX rental_live ON rental (state, id) WHERE state IN ('provisioning', 'running', 'stopping');
CREATE INDEX rental_by_auto_stop ON rental (auto_stop_at_s) WHERE auto_stop_at_s IS NOT NULL AND ends_at_s IS NULL;
CREATE INDEX rental_by_deadline ON rental (deadline_at_s) WHERE state = 'provisioning';

CREATE TABLE account (
    id            INTEGER PRIMARY KEY CHECK (id > 0),
    kind          TEXT NOT NULL CHECK (kind IN ('available', 'promo', 'hold', 'refund_pending', 'debt',
                                                'stripe', 'revenue', 'writeoff', 'promo_grant', 'fees', 'suspense')),
    user_id       TEXT REFERENCES wallet (user_id),  -- NULL: an account of the house.
    rental_id     TEXT REFERENCES rental (id),
    balance_cents INTEGER NOT NULL DEFAULT 0,
    last_transfer INTEGER NOT NULL DEFAULT 0,  -- The transfer that made the balance what it is.
    CHECK ((user_id IS NOT NULL) = (kind IN ('available', 'promo', 'hold', 'refund_pending', 'debt'))),
    CHECK ((rental_id IS NOT NULL) = (kind = 'hold')),
    CHECK (kind NOT IN ('available', 'promo', 'hold', 'refund_pending') OR balance_cents >= 0),
    CHECK (kind <> 'debt' OR balance_cents <= 0)
) STRICT;
CREATE UNIQUE INDEX account_of_user ON account (user_id, kind) WHERE rental_id IS NULL;
CREATE UNIQUE INDEX account_of_house ON account (kind) WHERE user_id IS NULL;
CREATE UNIQUE INDEX account_of_rental ON account (rental_id) WHERE rental_id IS NOT NULL;
CREATE INDEX account_reserved ON account (user_id) WHERE kind = 'hold' AND balance_cents > 0;

INSERT INTO account (kind)
VALUES ('stripe'), ('revenue'), ('writeoff'), ('promo_grant'), ('fees'), ('suspense');

-- Which transfers exist at all.
CREATE TABLE movement (
    code        TEXT NOT NULL,
    debit_kind  TEXT NOT NULL,
    credit_kind TEXT NOT NULL,
    PRIMARY KEY (code, debit_kind, credit_kind)
) STRICT, WITHOUT ROWID;

INSERT INTO movement (code, debit_kind, credit_kind)
VALUES ('hold', 'promo', 'hold'),
       ('hold', 'available', 'hold'),
       ('usage', 'hold', 'revenue'),
       ('usage', 'promo', 'revenue'),
       ('usage', 'available', 'revenue'),
       ('release', 'hold', 'promo'),
       ('release', 'hold', 'available'),
       ('credit', 'revenue', 'promo'),
       ('credit', 'revenue', 'available'),
       ('gift', 'promo_grant', 'promo'),
       ('adjust', 'writeoff', 'available'),
       ('adjust', 'available', 'writeoff'),
       ('topup', 'stripe', 'available'),
       ('topup', 'stripe', 'suspense'),
       ('repay', 'available', 'debt'),
       ('card_refund', 'available', 'refund_pending'),
       ('card_refund', 'refund_pending', 'stripe'),
       ('card_refund', 'refund_pending', 'available'),
       ('dispute', 'available', 'stripe'),
       ('dispute', 'debt', 'stripe'),
       ('dispute', 'fees', 'stripe'),
       ('dispute_won', 'stripe', 'available'),
       ('dispute_won', 'stripe', 'debt'),
       ('dispute_won', 'stripe', 'fees');

-- The books ---------------------------------------------------------------------------------------------------------

-- One billed interval of one rental. To insert one posts it: its legs, the rental's billed_s and its line follow.
CREATE TABLE usage (
    id              INTEGER PRIMARY KEY CHECK (id > 0),
    rental_id       TEXT NOT NULL REFERENCES rental (id),
    from_s          INTEGER NOT NULL CHECK (from_s >= 0),
    to_s            INTEGER NOT NULL CHECK (to_s > from_s AND to_s <= 3153600000),  -- A century: nothing overflows.
    seconds         INTEGER NOT NULL CHECK (seconds = to_s - from_s),
    rate_cents      INTEGER NOT NULL,
    cents           INTEGER NOT NULL,
    hold_cents      INTEGER NOT NULL CHECK (hold_cents >= 0),
    promo_cents     INTEGER NOT NULL CHECK (promo_cents >= 0),
    available_cents INTEGER NOT NULL CHECK (available_cents >= 0),
    entry_id        TEXT NOT NULL UNIQUE,
    posted_at_s     INTEGER NOT NULL,
    -- The price up to to_s less the price up to from_s, each rounded half up.
    CHECK (cents = (2 * to_s * rate_cents + 3600) / 7200 - (2 * from_s * rate_cents + 3600) / 7200),
    CHECK (cents = hold_cents + promo_cents + available_cents),
    UNIQUE (rental_id, from_s)
) STRICT;

-- One positive amount from one account to another: books out of balance cannot be written down.
CREATE TABLE transfer (
    id           INTEGER PRIMARY KEY CHECK (id > 0),
    code         TEXT NOT NULL,
    cause        TEXT CHECK (cause <> ''),
    usage_id     INTEGER REFERENCES usage (id),
    leg          INTEGER NOT NULL CHECK (leg BETWEEN 1 AND 9),
    debit_id     INTEGER NOT NULL REFERENCES account (id),
    credit_id    INTEGER NOT NULL REFERENCES account (id),
    amount_cents INTEGER NOT NULL CHECK (amount_cents BETWEEN 1 AND 999999999999),
    posted_at_s  INTEGER NOT NULL,
    CHECK (debit_id <> credit_id),
    CHECK ((cause IS NULL) = (usage_id IS NOT NULL)),
    CHECK ((usage_id IS NOT NULL) = (code = 'usage'))
) STRICT;
CREATE UNIQUE INDEX transfer_of_cause ON transfer (cause, leg) WHERE cause IS NOT NULL;
CREATE UNIQUE INDEX transfer_of_usage ON transfer (usage_id, leg) WHERE usage_id IS NOT NULL;
CREATE INDEX transfer_by_debit ON transfer (debit_id, credit_id);
CREATE INDEX transfer_by_credit ON transfer (credit_id);

-- One line of a wallet, as its owner reads it: amount_cents is the change of available and reserved together.
CREATE TABLE ledger_entry (
    seq                   INTEGER PRIMARY KEY CHECK (seq > 0),
    id                    TEXT NOT NULL UNIQUE,
    user_id               TEXT NOT NULL REFERENCES wallet (user_id),
    type                  TEXT NOT NULL CHECK (type IN ('stripe_topup', 'auto_topup', 'rental_charge', 'refund',
                                                        'adjustment', 'dispute', 'hold', 'release')),
    cause                 TEXT CHECK (cause <> ''),
    usage_id              INTEGER REFERENCES usage (id),
    rental_id             TEXT REFERENCES rental (id),
    amount_cents          INTEGER NOT NULL,
    available_after_cents INTEGER NOT NULL CHECK (available_after_cents >= 0),
    reserved_after_cents  INTEGER NOT NULL CHECK (reserved_after_cents >= 0),
    posted_at_s           INTEGER NOT NULL,
    note                  TEXT,
    CHECK ((cause IS NULL) = (usage_id IS NOT NULL)),
    CHECK ((usage_id IS NOT NULL) = (type = 'rental_charge')),
    CHECK (type NOT IN ('hold', 'release') OR amount_cents = 0),
    CHECK (type NOT IN ('stripe_topup', 'auto_topup') OR amount_cents > 0),
    CHECK (type <> 'refund' OR amount_cents >= 0),
    CHECK (type <> 'rental_charge' OR amount_cents <= 0)
) STRICT;
CREATE UNIQUE INDEX ledger_entry_of_cause ON ledger_entry (cause) WHERE cause IS NOT NULL;
CREATE UNIQUE INDEX ledger_entry_of_usage ON ledger_entry (usage_id) WHERE usage_id IS NOT NULL;
CREATE INDEX ledger_entry_of_user ON ledger_entry (user_id, seq);
CREATE INDEX ledger_entry_of_rental ON ledger_entry (rental_id, seq) WHERE rental_id IS NOT NULL;

-- What a wallet has; gift credit counts as available.
CREATE VIEW wallet_funds AS
SELECT w.user_id,
       (SELECT COALESCE(SUM(a.balance_cents), 0)
          FROM account a
         WHERE a.user_id = w.user_id AND a.rental_id IS NULL AND a.kind IN ('available', 'promo')) AS available_cents,
       (SELECT COALESCE(SUM(h.balance_cents), 0)
          FROM account h
         WHERE h.user_id = w.user_id AND h.kind = 'hold' AND h.balance_cents > 0) AS reserved_cents
  FROM wallet w;

-- What each transfer does to the total of a wallet; moves inside one wallet show twice and cancel out.
CREATE VIEW wallet_change AS
SELECT t.id AS transfer_id, t.cause, t.usage_id, a.user_id,
       CASE a.id WHEN t.credit_id THEN t.amount_cents ELSE -t.amount_cents END AS amount_cents
  FROM transfer t
  JOIN account a ON a.id IN (t.debit_id, t.credit_id) AND a.kind IN ('available', 'promo', 'hold');

-- What of a hold came from where, less what has gone back there.
CREATE VIEW hold_source AS
SELECT h.id AS hold_id, h.rental_id, s.id AS source_id, s.kind AS source_kind,
       (SELECT COALESCE(SUM(t.amount_cents), 0) FROM transfer t WHERE t.debit_id = s.id AND t.credit_id = h.id)
     - (SELECT COALESCE(SUM(t.amount_cents), 0) FROM transfer t WHERE t.debit_id = h.id AND t.credit_id = s.id)
       AS cents
  FROM account h
  JOIN account s ON s.user_id = h.user_id AND s.rental_id IS NULL AND s.kind IN ('promo', 'available')
 WHERE h.kind = 'hold';

-- Guards: wallets and accounts --------------------------------------------------------------------------------------

CREATE TRIGGER wallet_opens BEFORE INSERT ON wallet
BEGIN
    SELECT RAISE(ABORT, 'the wallet is open already') FROM wallet WHERE user_id = NEW.user_id;
END;
CREATE TRIGGER wallet_keeps_owner BEFORE UPDATE OF user_id ON wallet WHEN NEW.user_id IS NOT OLD.user_id
BEGIN SELECT RAISE(ABORT, 'a wallet keeps its owner'); END;
CREATE TRIGGER wallet_stays BEFORE DELETE ON wallet
BEGIN SELECT RAISE(ABORT, 'a wallet stays'); END;

CREATE TRIGGER account_opens BEFORE INSERT ON account
BEGIN
    SELECT RAISE(ABORT, 'the account is open already')
      FROM account a
     WHERE a.id = NEW.id OR a.rental_id = NEW.rental_id
        OR (NEW.rental_id IS NULL AND a.rental_id IS NULL AND a.user_id IS NEW.user_id AND a.kind = NEW.kind);
    SELECT RAISE(ABORT, 'an account opens empty') WHERE NEW.balance_cents <> 0 OR NEW.last_transfer <> 0;
    SELECT RAISE(ABORT, 'a hold belongs to the renter of its rental')
     WHERE NEW.rental_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM rental r WHERE r.id = NEW.rental_id AND r.user_id = NEW.user_id);
END;
CREATE TRIGGER account_moves_with_transfers BEFORE UPDATE ON account
WHEN NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind
  OR NEW.user_id IS NOT OLD.user_id OR NEW.rental_id IS NOT OLD.rental_id
  OR NEW.last_transfer <= OLD.last_transfer
  OR NEW.balance_cents - OLD.balance_cents IS NOT (
        SELECT CASE OLD.id WHEN t.credit_id THEN t.amount_cents WHEN t.debit_id THEN -t.amount_cents END
          FROM transfer t
         WHERE t.id = NEW.last_transfer)
BEGIN SELECT RAISE(ABORT, 'a balance moves by one new transfer only'); END;
CREATE TRIGGER account_stays BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'an account stays'); END;

CREATE TRIGGER movement_is_fixed BEFORE INSERT ON movement
BEGIN SELECT RAISE(ABORT, 'movements are fixed'); END;
CREATE TRIGGER movement_is_unchanged BEFORE UPDATE ON movement
BEGIN SELECT RAISE(ABORT, 'movements are fixed'); END;
CREATE TRIGGER movement_stays BEFORE DELETE ON movement
BEGIN SELECT RAISE(ABORT, 'movements are fixed'); END;

-- Guards: transfers -------------------------------------------------------------------------------------------------

CREATE TRIGGER transfer_is_allowed BEFORE INSERT ON transfer
BEGIN
    SELECT RAISE(ABORT, 'the transfer is posted already')
      FROM transfer t
     WHERE t.id = NEW.id OR (t.cause = NEW.cause AND t.leg = NEW.leg)
        OR (t.usage_id = NEW.usage_id AND t.leg = NEW.leg);
    SELECT RAISE(ABORT, 'the cause has its line already') FROM ledger_entry WHERE cause = NEW.cause;
    SELECT RAISE(ABORT, 'the usage is posted already') FROM ledger_entry WHERE usage_id = NEW.usage_id;
    SELECT RAISE(ABORT, 'there is no such movement')
     WHERE NOT EXISTS (
            SELECT 1
              FROM account d
              JOIN account c ON c.id = NEW.credit_id
              JOIN movement m ON m.code = NEW.code AND m.debit_kind = d.kind AND m.credit_kind = c.kind
             WHERE d.id = NEW.debit_id AND (d.user_id = c.user_id OR d.user_id IS NULL OR c.user_id IS NULL));
    SELECT RAISE(ABORT, 'a hold fills while its pod is made')
     WHERE NEW.code = 'hold'
       AND NOT EXISTS (
            SELECT 1
              FROM account h
              JOIN rental r ON r.id = h.rental_id
             WHERE h.id = NEW.credit_id AND r.state = 'provisioning' AND r.closed_at_s IS NULL);
    SELECT RAISE(ABORT, 'a hold goes back when its rental is closed')
      FROM account h
      JOIN rental r ON r.id = h.rental_id
     WHERE NEW.code = 'release' AND h.id = NEW.debit_id AND r.closed_at_s IS NULL;
    SELECT RAISE(ABORT, 'a hold goes back where it came from')
      FROM hold_source s
     WHERE NEW.code = 'release' AND s.hold_id = NEW.debit_id AND s.source_id = NEW.credit_id
       AND s.cents < NEW.amount_cents;
END;

-- A credit gives back what a closed rental was charged, gift credit as gift credit.
CREATE TRIGGER credit_is_owed BEFORE INSERT ON transfer WHEN NEW.code = 'credit'
BEGIN
    SELECT RAISE(ABORT, 'a credit names a closed rental of the renter')
     WHERE NOT EXISTS (
            SELECT 1
              FROM account c
              JOIN rental r ON r.user_id = c.user_id AND r.closed_at_s IS NOT NULL
             WHERE c.id = NEW.credit_id AND NEW.cause = 'credit:' || r.id);
    SELECT RAISE(ABORT, 'a credit is at most the charge')
     WHERE NEW.amount_cents
         + (SELECT COALESCE(SUM(t.amount_cents), 0) FROM transfer t WHERE t.cause = NEW.cause)
         > (SELECT COALESCE(SUM(u.cents), 0) FROM usage u WHERE NEW.cause = 'credit:' || u.rental_id);
    SELECT RAISE(ABORT, 'gift credit never becomes paid money')
      FROM account c
      JOIN hold_source s ON s.source_id = c.id AND NEW.cause = 'credit:' || s.rental_id
     WHERE c.id = NEW.credit_id AND c.kind = 'available'
       AND NEW.amount_cents
         + (SELECT COALESCE(SUM(t.amount_cents), 0) FROM transfer t WHERE t.cause = NEW.cause AND t.credit_id = c.id)
         > s.cents + (
            SELECT COALESCE(SUM(u.available_cents), 0) FROM usage u WHERE u.rental_id = s.rental_id);
END;

CREATE TRIGGER transfer_moves_balances AFTER INSERT ON transfer
BEGIN
    SELECT RAISE(ABORT, 'transfers are numbered without a gap')
     WHERE NEW.id <> 1 + (SELECT COALESCE(MAX(id), 0) FROM transfer WHERE id < NEW.id);
    UPDATE account
       SET balance_cents = balance_cents
                         + CASE id WHEN NEW.credit_id THEN NEW.amount_cents ELSE -NEW.amount_cents END,
           last_transfer = NEW.id
     WHERE id IN (NEW.debit_id, NEW.credit_id);
END;
CREATE TRIGGER transfer_is_final BEFORE UPDATE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfers are final'); END;
CREATE TRIGGER transfer_stays BEFORE DELETE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfers are final'); END;

-- Guards: usage -----------------------------------------------------------------------------------------------------

CREATE TRIGGER usage_is_due BEFORE INSERT ON usage
BEGIN
    SELECT RAISE(ABORT, 'the usage is posted already')
      FROM usage u
     WHERE u.id = NEW.id OR (u.rental_id = NEW.rental_id AND u.from_s = NEW.from_s) OR u.entry_id = NEW.entry_id;
    SELECT RAISE(ABORT, 'usage goes on where it ended')
      FROM rental WHERE id = NEW.rental_id AND billed_s <> NEW.from_s;
    SELECT RAISE(ABORT, 'the rental is not billed now')
     WHERE NOT EXISTS (
            SELECT 1
              FROM rental
             WHERE id = NEW.rental_id AND state IN ('running', 'stopping') AND closed_at_s IS NULL);
    SELECT RAISE(ABORT, 'usage is priced at the rate of its rental')
      FROM rental WHERE id = NEW.rental_id AND rate_cents <> NEW.rate_cents;
    SELECT RAISE(ABORT, 'seconds are billed once they are over, confirmed and before the end')
      FROM rental
     WHERE id = NEW.rental_id
       AND (running_at_s IS NULL OR running_at_s + NEW.to_s > MIN(
            NEW.posted_at_s, confirmed_at_s, COALESCE(ends_at_s, confirmed_at_s)));
    SELECT RAISE(ABORT, 'the hold is spent first')
      FROM account
     WHERE rental_id = NEW.rental_id AND balance_cents > NEW.hold_cents AND NEW.promo_cents + NEW.available_cents > 0;
    SELECT RAISE(ABORT, 'gift credit is spent before paid money')
      FROM rental r
      JOIN account p ON p.user_id = r.user_id AND p.rental_id IS NULL AND p.kind = 'promo'
     WHERE r.id = NEW.rental_id AND p.balance_cents > NEW.promo_cents AND NEW.available_cents > 0;
END;

CREATE TRIGGER usage_posts AFTER INSERT ON usage
BEGIN
    SELECT RAISE(ABORT, 'usage is numbered without a gap')
     WHERE NEW.id <> 1 + (SELECT COALESCE(MAX(id), 0) FROM usage WHERE id < NEW.id);
    INSERT INTO transfer (code, usage_id, leg, debit_id, credit_id, amount_cents, posted_at_s)
    SELECT 'usage', NEW.id, leg.number,
           CASE leg.number
               WHEN 1 THEN (SELECT id FROM account WHERE rental_id = NEW.rental_id)
               ELSE (SELECT a.id
                       FROM rental r
                       JOIN account a ON a.user_id = r.user_id AND a.rental_id IS NULL AND a.kind = leg.payer
                      WHERE r.id = NEW.rental_id)
           END,
           (SELECT id FROM account WHERE user_id IS NULL AND kind = 'revenue'),
           leg.cents, NEW.posted_at_s
      FROM (SELECT 1 AS number, 'hold' AS payer, NEW.hold_cents AS cents
             UNION ALL SELECT 2, 'promo', NEW.promo_cents
             UNION ALL SELECT 3, 'available', NEW.available_cents) AS leg
     WHERE leg.cents > 0
     ORDER BY leg.number;
    UPDATE rental SET billed_s = NEW.to_s WHERE id = NEW.rental_id;
    INSERT INTO ledger_entry (id, user_id, type, usage_id, rental_id, amount_cents,
                              available_after_cents, reserved_after_cents, posted_at_s)
    SELECT NEW.entry_id, f.user_id, 'rental_charge', NEW.id, NEW.rental_id, -NEW.cents,
           f.available_cents, f.reserved_cents, NEW.posted_at_s
      FROM rental r
      JOIN wallet_funds f ON f.user_id = r.user_id
     WHERE r.id = NEW.rental_id;
END;
CREATE TRIGGER usage_is_final BEFORE UPDATE ON usage
BEGIN SELECT RAISE(ABORT, 'usage is final'); END;
CREATE TRIGGER usage_stays BEFORE DELETE ON usage
BEGIN SELECT RAISE(ABORT, 'usage is final'); END;

-- Guards: lines -----------------------------------------------------------------------------------------------------

CREATE TRIGGER ledger_entry_is_true BEFORE INSERT ON ledger_entry
BEGIN
    SELECT RAISE(ABORT, 'the line is posted already')
      FROM ledger_entry e
     WHERE e.seq = NEW.seq OR e.id = NEW.id OR e.cause = NEW.cause OR e.usage_id = NEW.usage_id;
    SELECT RAISE(ABORT, 'a line says what its wallet has')
     WHERE NOT EXISTS (
            SELECT 1
              FROM wallet_funds f
             WHERE f.user_id = NEW.user_id
               AND f.available_cents = NEW.available_after_cents AND f.reserved_cents = NEW.reserved_after_cents);
    SELECT RAISE(ABORT, 'a line goes on where the one before it ended')
     WHERE NEW.available_after_cents + NEW.reserved_after_cents - NEW.amount_cents <> COALESCE(
            (SELECT e.available_after_cents + e.reserved_after_cents
               FROM ledger_entry e
              WHERE e.user_id = NEW.user_id
              ORDER BY e.seq DESC
              LIMIT 1), 0);
    SELECT RAISE(ABORT, 'a line is the sum of its transfers')
     WHERE NEW.usage_id IS NULL
       AND NEW.amount_cents IS NOT (
            SELECT SUM(c.amount_cents) FROM wallet_change c WHERE c.cause = NEW.cause AND c.user_id = NEW.user_id)
       -- A refund of nothing tells a renter why a launch failed, also when there was nothing to hold.
       AND NOT (NEW.type = 'refund' AND NEW.amount_cents = 0
                AND NOT EXISTS (SELECT 1 FROM transfer t WHERE t.cause = NEW.cause));
    SELECT RAISE(ABORT, 'a charge is the amount of its usage')
     WHERE NEW.usage_id IS NOT NULL
       AND -NEW.amount_cents IS NOT (SELECT u.cents FROM usage u WHERE u.id = NEW.usage_id);
    SELECT RAISE(ABORT, 'a line names a rental of its own renter')
      FROM rental r WHERE r.id = NEW.rental_id AND r.user_id <> NEW.user_id;
END;
CREATE TRIGGER ledger_entry_is_next AFTER INSERT ON ledger_entry
BEGIN
    SELECT RAISE(ABORT, 'lines are numbered without a gap')
     WHERE NEW.seq <> 1 + (SELECT COALESCE(MAX(seq), 0) FROM ledger_entry WHERE seq < NEW.seq);
END;
CREATE TRIGGER ledger_entry_is_final BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'lines are final'); END;
CREATE TRIGGER ledger_entry_stays BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'lines are final'); END;

-- Guards: rentals ---------------------------------------------------------------------------------------------------

CREATE TRIGGER rental_begins BEFORE INSERT ON rental
BEGIN
    SELECT RAISE(ABORT, 'the rental is there already') FROM rental WHERE id = NEW.id;
    SELECT RAISE(ABORT, 'a rental begins provisioning')
     WHERE NEW.state <> 'provisioning' OR NEW.billed_s <> 0
        OR COALESCE(NEW.running_at_s, NEW.ends_at_s, NEW.closed_at_s) IS NOT NULL;
END;
CREATE TRIGGER rental_keeps_terms BEFORE UPDATE ON rental
WHEN NEW.id IS NOT OLD.id OR NEW.user_id IS NOT OLD.user_id OR NEW.asked_at_s IS NOT OLD.asked_at_s
  OR NEW.max_rate_cents IS NOT OLD.max_rate_cents
  OR (NEW.rate_cents IS NOT OLD.rate_cents AND OLD.state <> 'provisioning')
BEGIN SELECT RAISE(ABORT, 'a rental keeps its owner, start and price'); END;
CREATE TRIGGER rental_keeps_times BEFORE UPDATE ON rental
WHEN (OLD.running_at_s IS NOT NULL AND NEW.running_at_s IS NOT OLD.running_at_s)
  OR (OLD.running_at_s IS NULL AND NEW.running_at_s IS NOT NULL
      AND (OLD.state <> 'provisioning' OR NEW.state <> 'running'))
  OR (OLD.confirmed_at_s IS NOT NULL AND NEW.confirmed_at_s < OLD.confirmed_at_s)
  OR (OLD.ends_at_s IS NOT NULL AND NEW.ends_at_s IS NOT OLD.ends_at_s)
  OR (OLD.closed_at_s IS NOT NULL AND NEW.closed_at_s IS NOT OLD.closed_at_s)
BEGIN SELECT RAISE(ABORT, 'times of a rental are set once'); END;
CREATE TRIGGER rental_moves_on BEFORE UPDATE ON rental
WHEN NEW.state IS NOT OLD.state
 AND NOT (OLD.state = 'provisioning' AND NEW.state IN ('running', 'stopping', 'failed'))
 AND NOT (OLD.state = 'running' AND NEW.state IN ('stopping', 'failed'))
 AND NOT (OLD.state = 'stopping' AND NEW.state = 'stopped')
BEGIN SELECT RAISE(ABORT, 'a rental does not go from that state to this one'); END;
CREATE TRIGGER rental_ends_empty BEFORE UPDATE ON rental
WHEN NEW.state IN ('stopped', 'failed')
 AND EXISTS (SELECT 1 FROM account WHERE rental_id = OLD.id AND balance_cents <> 0)
BEGIN SELECT RAISE(ABORT, 'a rental ends with an empty hold'); END;
CREATE TRIGGER rental_is_billed_by_usage BEFORE UPDATE ON rental
WHEN NEW.billed_s IS NOT OLD.billed_s
 AND NOT EXISTS (
        SELECT 1 FROM usage WHERE rental_id = OLD.id AND from_s = OLD.billed_s AND to_s = NEW.billed_s)
BEGIN SELECT RAISE(ABORT, 'billed seconds move with usage'); END;
CREATE TRIGGER rental_stays BEFORE DELETE ON rental
BEGIN SELECT RAISE(ABORT, 'a rental stays'); END;

-- Tries and orders --------------------------------------------------------------------------------------------------

-- One try at a provider. Stored before the provider is asked, so that its label finds whatever came of it.
CREATE TABLE attempt (
    id           INTEGER PRIMARY KEY CHECK (id > 0),
    rental_id    TEXT NOT NULL REFERENCES rental (id),
    number       INTEGER NOT NULL CHECK (number >= 1),
    label        TEXT NOT NULL UNIQUE,
    listing_id   TEXT NOT NULL,
    provider     TEXT NOT NULL,
    offer_key    TEXT NOT NULL,
    rate_cents   INTEGER NOT NULL CHECK (rate_cents BETWEEN 1 AND 1000000),
    outcome      TEXT NOT NULL CHECK (outcome IN ('pending', 'created', 'refused', 'unknown', 'gone')),
    upstream_id  TEXT,
    error        TEXT,
    started_at_s INTEGER NOT NULL,
    ended_at_s   INTEGER,
    UNIQUE (rental_id, number)
) STRICT;
CREATE INDEX attempt_by_upstream ON attempt (provider, upstream_id) WHERE upstream_id IS NOT NULL;

CREATE TRIGGER attempt_begins BEFORE INSERT ON attempt
BEGIN
    SELECT RAISE(ABORT, 'the attempt is there already')
      FROM attempt a
     WHERE a.id = NEW.id OR a.label = NEW.label OR (a.rental_id = NEW.rental_id AND a.number = NEW.number);
    SELECT RAISE(ABORT, 'an attempt costs at most what the renter accepted')
      FROM rental WHERE id = NEW.rental_id AND max_rate_cents < NEW.rate_cents;
END;
CREATE TRIGGER attempt_keeps_terms BEFORE UPDATE ON attempt
WHEN NEW.id IS NOT OLD.id OR NEW.rental_id IS NOT OLD.rental_id OR NEW.number IS NOT OLD.number
  OR NEW.label IS NOT OLD.label OR NEW.listing_id IS NOT OLD.listing_id OR NEW.provider IS NOT OLD.provider
  OR NEW.offer_key IS NOT OLD.offer_key OR NEW.rate_cents IS NOT OLD.rate_cents
  OR NEW.started_at_s IS NOT OLD.started_at_s
  OR (OLD.upstream_id IS NOT NULL AND NEW.upstream_id IS NOT OLD.upstream_id)
BEGIN SELECT RAISE(ABORT, 'an attempt keeps its terms'); END;
CREATE TRIGGER attempt_stays BEFORE DELETE ON attempt
BEGIN SELECT RAISE(ABORT, 'an attempt stays'); END;

-- An order that the meter carries out after the transaction that gave it.
CREATE TABLE effect (
    id            INTEGER PRIMARY KEY CHECK (id > 0),
    kind          TEXT NOT NULL CHECK (kind IN ('allocate', 'terminate')),
    rental_id     TEXT NOT NULL REFERENCES rental (id),
    attempt_id    INTEGER REFERENCES attempt (id),
    due_at_ms     INTEGER NOT NULL,
    tries         INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    error         TEXT,
    created_at_ms INTEGER NOT NULL,
    done_at_ms    INTEGER
) STRICT;
CREATE INDEX effect_due ON effect (due_at_ms) WHERE done_at_ms IS NULL;
CREATE INDEX effect_of_rental ON effect (rental_id);

CREATE TRIGGER effect_is_new BEFORE INSERT ON effect
BEGIN SELECT RAISE(ABORT, 'the order is there already') FROM effect WHERE id = NEW.id; END;
CREATE TRIGGER effect_keeps_terms BEFORE UPDATE ON effect
WHEN NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.rental_id IS NOT OLD.rental_id
  OR NEW.created_at_ms IS NOT OLD.created_at_ms
  OR (OLD.done_at_ms IS NOT NULL AND NEW.done_at_ms IS NOT OLD.done_at_ms)
BEGIN SELECT RAISE(ABORT, 'an order keeps its terms'); END;
CREATE TRIGGER effect_stays_until_done BEFORE DELETE ON effect WHEN OLD.done_at_ms IS NULL
BEGIN SELECT RAISE(ABORT, 'an order stays until it is carried out'); END;

-- The meter ---------------------------------------------------------------------------------------------------------

-- Billing time is the boot clock plus offset_ms, and never less than billing_ms.
CREATE TABLE clock (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    boot_id     TEXT NOT NULL,
    offset_ms   INTEGER NOT NULL,
    billing_ms  INTEGER NOT NULL,
    realtime_ms INTEGER NOT NULL
) STRICT;

CREATE TRIGGER clock_is_one BEFORE INSERT ON clock
BEGIN SELECT RAISE(ABORT, 'there is one clock') FROM clock; END;
CREATE TRIGGER clock_goes_forward BEFORE UPDATE ON clock
WHEN NEW.billing_ms < OLD.billing_ms OR (NEW.boot_id = OLD.boot_id AND NEW.offset_ms < OLD.offset_ms)
BEGIN SELECT RAISE(ABORT, 'billing time never goes back'); END;
CREATE TRIGGER clock_stays BEFORE DELETE ON clock
BEGIN SELECT RAISE(ABORT, 'the clock stays'); END;

-- Who meters now; the epoch is the fencing number, and every new holder takes a greater one.
CREATE TABLE lease (
    name          TEXT PRIMARY KEY,
    epoch         INTEGER NOT NULL,
    holder        TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT;

CREATE TRIGGER lease_is_one BEFORE INSERT ON lease
BEGIN SELECT RAISE(ABORT, 'the lease is there already') FROM lease WHERE name = NEW.name; END;
CREATE TRIGGER lease_counts_up BEFORE UPDATE ON lease
WHEN NEW.name IS NOT OLD.name OR NEW.epoch < OLD.epoch OR (NEW.holder <> OLD.holder AND NEW.epoch = OLD.epoch)
BEGIN SELECT RAISE(ABORT, 'a new holder takes a greater epoch'); END;
CREATE TRIGGER lease_stays BEFORE DELETE ON lease
BEGIN SELECT RAISE(ABORT, 'the lease stays'); END;

CREATE TABLE meter_state (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    reported_at_ms INTEGER NOT NULL,
    started_at_ms  INTEGER NOT NULL,
    holder         TEXT NOT NULL
) STRICT;
