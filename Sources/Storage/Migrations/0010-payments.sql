-- Payments: what was asked of Stripe, what Stripe said of it, and the guards that tie the books to both.
--
-- Facts come as signed events, in any order and more than once. Each is kept here first; what it moves follows from the
-- facts alone, so that the order does not matter:
--
--   cause                  code          between
--   deposit_<intent>       topup         stripe → available; → suspense when its payment is not ours to find
--   debt:<intent>          repay         available → debt, as far as something was owed
--   rf:<refund>            card_refund   available → stripe as far as it goes, the rest debt → stripe
--   rf:<refund>:failed     card_refund   stripe → debt as far as something is owed, the rest → available
--   dispute:<dispute>      dispute       like rf:<refund>
--   dispute_won:<dispute>  dispute_won   like rf:<refund>:failed

CREATE TABLE stripe_customer (
    user_id     TEXT PRIMARY KEY REFERENCES wallet (user_id),
    customer_id TEXT NOT NULL UNIQUE
) STRICT;

-- The card that is charged without its owner at the keyboard; one for each wallet.
CREATE TABLE saved_card (
    user_id           TEXT PRIMARY KEY REFERENCES wallet (user_id),
    payment_method_id TEXT NOT NULL UNIQUE,
    brand             TEXT NOT NULL,
    last4             TEXT NOT NULL,
    exp_month         INTEGER NOT NULL CHECK (exp_month BETWEEN 1 AND 12),
    exp_year          INTEGER NOT NULL
) STRICT;

-- One wish for money, stored before Stripe hears of it: its id is the idempotency key of the call.
CREATE TABLE payment (
    id            TEXT PRIMARY KEY,
    user_id       TEXT NOT NULL REFERENCES wallet (user_id),
    kind          TEXT NOT NULL CHECK (kind IN ('checkout', 'saved_card', 'auto_topup')),
    amount_cents  INTEGER NOT NULL CHECK (amount_cents BETWEEN 100 AND 500000),
    state         TEXT NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed', 'expired')),
    request_key   TEXT,  -- The renter's Idempotency-Key: the same wish again is the same payment.
    session_id    TEXT UNIQUE,
    checkout_url  TEXT,
    intent_id     TEXT UNIQUE,
    charge_id     TEXT,
    receipt_url   TEXT,
    error         TEXT,  -- For the renter: why it failed.
    created_at_s  INTEGER NOT NULL,
    ended_at_s    INTEGER,
    CHECK (state <> 'succeeded' OR intent_id IS NOT NULL)
) STRICT;
CREATE INDEX payment_of_user ON payment (user_id, id);
CREATE UNIQUE INDEX payment_of_request ON payment (user_id, request_key) WHERE request_key IS NOT NULL;
-- Two meters, or one that was killed: never two charges for one empty wallet.
CREATE UNIQUE INDEX payment_under_way ON payment (user_id) WHERE kind = 'auto_topup' AND state = 'pending';

CREATE TRIGGER payment_begins BEFORE INSERT ON payment
BEGIN
    SELECT RAISE(ABORT, 'the payment is there already')
      FROM payment p
     WHERE p.id = NEW.id OR p.session_id = NEW.session_id OR p.intent_id = NEW.intent_id
        OR (p.user_id = NEW.user_id AND p.request_key = NEW.request_key);
    SELECT RAISE(ABORT, 'the wallet is being filled already')
      FROM payment p
     WHERE NEW.kind = 'auto_topup' AND p.user_id = NEW.user_id AND p.kind = 'auto_topup' AND p.state = 'pending';
    SELECT RAISE(ABORT, 'a payment begins pending') WHERE NEW.state <> 'pending';
END;
CREATE TRIGGER payment_keeps_terms BEFORE UPDATE ON payment
WHEN NEW.id IS NOT OLD.id OR NEW.user_id IS NOT OLD.user_id OR NEW.kind IS NOT OLD.kind
  OR NEW.amount_cents IS NOT OLD.amount_cents OR NEW.created_at_s IS NOT OLD.created_at_s
  OR (OLD.session_id IS NOT NULL AND NEW.session_id IS NOT OLD.session_id)
  OR (OLD.state = 'succeeded' AND (NEW.state <> 'succeeded' OR NEW.intent_id IS NOT OLD.intent_id))
BEGIN SELECT RAISE(ABORT, 'a payment keeps its terms'); END;
CREATE TRIGGER payment_stays BEFORE DELETE ON payment
BEGIN SELECT RAISE(ABORT, 'a payment stays'); END;

-- Events --------------------------------------------------------------------------------------------------------------

CREATE TABLE stripe_event (
    id            TEXT PRIMARY KEY,
    type          TEXT NOT NULL,
    api_version   TEXT,
    received_at_s INTEGER NOT NULL
) STRICT;
CREATE TRIGGER stripe_event_is_new BEFORE INSERT ON stripe_event
BEGIN SELECT RAISE(ABORT, 'the event is there already') FROM stripe_event WHERE id = NEW.id; END;
CREATE TRIGGER stripe_event_is_final BEFORE UPDATE ON stripe_event
BEGIN SELECT RAISE(ABORT, 'events are final'); END;
CREATE TRIGGER stripe_event_stays BEFORE DELETE ON stripe_event
BEGIN SELECT RAISE(ABORT, 'events are final'); END;

-- Money that goes back to a card. A refund fails at most once, and stays failed.
CREATE TABLE payment_refund (
    id           TEXT PRIMARY KEY,  -- Stripe's.
    intent_id    TEXT NOT NULL,  -- The payment may become known later.
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    failed       INTEGER NOT NULL CHECK (failed IN (0, 1))
) STRICT;
CREATE INDEX payment_refund_of_intent ON payment_refund (intent_id);
CREATE TRIGGER payment_refund_is_new BEFORE INSERT ON payment_refund
BEGIN SELECT RAISE(ABORT, 'the refund is there already') FROM payment_refund WHERE id = NEW.id; END;
CREATE TRIGGER payment_refund_keeps_terms BEFORE UPDATE ON payment_refund
WHEN NEW.id IS NOT OLD.id OR NEW.intent_id IS NOT OLD.intent_id OR NEW.amount_cents IS NOT OLD.amount_cents
  OR NEW.failed < OLD.failed
BEGIN SELECT RAISE(ABORT, 'a refund keeps its terms'); END;
CREATE TRIGGER payment_refund_stays BEFORE DELETE ON payment_refund
BEGIN SELECT RAISE(ABORT, 'a refund stays'); END;

-- A card's owner disowns a payment. What is known of it only grows.
CREATE TABLE payment_dispute (
    id           TEXT PRIMARY KEY,  -- Stripe's.
    intent_id    TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    withdrawn    INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    reinstated   INTEGER NOT NULL DEFAULT 0 CHECK (reinstated IN (0, 1)),
    closed       INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT;
CREATE INDEX payment_dispute_of_intent ON payment_dispute (intent_id);
CREATE TRIGGER payment_dispute_is_new BEFORE INSERT ON payment_dispute
BEGIN SELECT RAISE(ABORT, 'the dispute is there already') FROM payment_dispute WHERE id = NEW.id; END;
CREATE TRIGGER payment_dispute_keeps_terms BEFORE UPDATE ON payment_dispute
WHEN NEW.id IS NOT OLD.id OR NEW.intent_id IS NOT OLD.intent_id OR NEW.amount_cents IS NOT OLD.amount_cents
  OR NEW.withdrawn < OLD.withdrawn OR NEW.reinstated < OLD.reinstated OR NEW.closed < OLD.closed
BEGIN SELECT RAISE(ABORT, 'a dispute keeps its terms'); END;
CREATE TRIGGER payment_dispute_stays BEFORE DELETE ON payment_dispute
BEGIN SELECT RAISE(ABORT, 'a dispute stays'); END;

-- The books -----------------------------------------------------------------------------------------------------------

DROP TRIGGER movement_is_fixed;
INSERT INTO movement (code, debit_kind, credit_kind)
VALUES ('card_refund', 'available', 'stripe'),
       ('card_refund', 'debt', 'stripe'),
       ('card_refund', 'stripe', 'available'),
       ('card_refund', 'stripe', 'debt');
CREATE TRIGGER movement_is_fixed BEFORE INSERT ON movement
BEGIN SELECT RAISE(ABORT, 'movements are fixed'); END;

CREATE TRIGGER topup_is_paid BEFORE INSERT ON transfer WHEN NEW.code = 'topup'
BEGIN
    SELECT RAISE(ABORT, 'a top-up is a payment that succeeded')
      FROM account c
     WHERE c.id = NEW.credit_id AND c.kind = 'available'
       AND NOT EXISTS (
            SELECT 1
              FROM payment p
             WHERE NEW.cause = 'deposit_' || p.intent_id AND p.state = 'succeeded'
               AND p.user_id = c.user_id AND p.amount_cents = NEW.amount_cents);
    SELECT RAISE(ABORT, 'a payment is credited once') WHERE NEW.leg <> 1;
END;

CREATE TRIGGER card_refund_is_proven BEFORE INSERT ON transfer WHEN NEW.code = 'card_refund'
BEGIN
    SELECT RAISE(ABORT, 'a card refund is one that Stripe told of')
     WHERE NOT EXISTS (
            SELECT 1
              FROM payment_refund r
              JOIN payment p ON p.intent_id = r.intent_id
              JOIN account a ON a.id IN (NEW.debit_id, NEW.credit_id) AND a.user_id = p.user_id
             WHERE NEW.amount_cents
                 + (SELECT COALESCE(SUM(t.amount_cents), 0) FROM transfer t WHERE t.cause = NEW.cause)
                <= r.amount_cents
               AND (NEW.cause = 'rf:' || r.id OR (NEW.cause = 'rf:' || r.id || ':failed' AND r.failed = 1)));
END;

CREATE TRIGGER dispute_is_proven BEFORE INSERT ON transfer WHEN NEW.code IN ('dispute', 'dispute_won')
BEGIN
    SELECT RAISE(ABORT, 'a dispute is one that Stripe told of')
     WHERE NOT EXISTS (
            SELECT 1
              FROM payment_dispute d
              JOIN payment p ON p.intent_id = d.intent_id
              JOIN account a ON a.id IN (NEW.debit_id, NEW.credit_id) AND a.user_id = p.user_id
             WHERE NEW.amount_cents
                 + (SELECT COALESCE(SUM(t.amount_cents), 0) FROM transfer t WHERE t.cause = NEW.cause)
                <= d.amount_cents
               AND ((NEW.code = 'dispute' AND NEW.cause = 'dispute:' || d.id AND d.withdrawn = 1)
                 OR (NEW.code = 'dispute_won' AND NEW.cause = 'dispute_won:' || d.id AND d.reinstated = 1)));
END;

-- A wallet that fills itself up. Off until its owner switches it on.
CREATE TABLE auto_topup (
    user_id           TEXT PRIMARY KEY REFERENCES wallet (user_id),
    enabled           INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    threshold_cents   INTEGER NOT NULL CHECK (threshold_cents BETWEEN 100 AND 100000),
    amount_cents      INTEGER NOT NULL CHECK (amount_cents BETWEEN 1000 AND 500000),
    monthly_cap_cents INTEGER CHECK (monthly_cap_cents > 0)
) STRICT;
CREATE INDEX auto_topup_on ON auto_topup (user_id) WHERE enabled = 1;
