-- What calls of Stripe need so that a crash loses none of them, and payments in the backups between snapshots.

-- What a charge is sent with: under its key it is sent again the same to the letter, whatever card there is by then.
ALTER TABLE payment ADD COLUMN customer_id TEXT;
ALTER TABLE payment ADD COLUMN payment_method_id TEXT;
-- How often it was on the way to Stripe: counted, and committed, before each time.
ALTER TABLE payment ADD COLUMN sends INTEGER NOT NULL DEFAULT 0;
CREATE INDEX payment_pending ON payment (created_at_s) WHERE state = 'pending';

-- Cards that were taken away. No late event brings one back, and Stripe is told until it has heard.
CREATE TABLE removed_card (
    payment_method_id TEXT PRIMARY KEY,
    detached          INTEGER NOT NULL CHECK (detached IN (0, 1))
) STRICT;
CREATE TRIGGER removed_card_is_new BEFORE INSERT ON removed_card
BEGIN
    SELECT RAISE(ABORT, 'the card was removed before') FROM removed_card WHERE payment_method_id = NEW.payment_method_id;
END;
CREATE TRIGGER removed_card_stays BEFORE DELETE ON removed_card
BEGIN SELECT RAISE(ABORT, 'a removed card stays removed'); END;

-- Which of Stripe's worlds the books belong to: credit of test payments must never be spent as money.
CREATE TABLE stripe_account (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    mode            TEXT NOT NULL CHECK (mode IN ('live', 'test', 'stand-in')),
    events_to_s     INTEGER,  -- All of Stripe's events up to this moment, by its clock, were asked for.
    reconciled_at_s INTEGER,
    differences     INTEGER  -- That the last comparison found.
) STRICT;
CREATE TRIGGER stripe_account_is_one BEFORE INSERT ON stripe_account
BEGIN SELECT RAISE(ABORT, 'there is one account at Stripe') FROM stripe_account; END;
CREATE TRIGGER stripe_account_stays BEFORE DELETE ON stripe_account
BEGIN SELECT RAISE(ABORT, 'the account at Stripe stays'); END;
CREATE TRIGGER stripe_account_keeps_mode BEFORE UPDATE ON stripe_account WHEN NEW.mode IS NOT OLD.mode
BEGIN
    SELECT RAISE(ABORT, 'the books hold payments of another mode') FROM payment;
    SELECT RAISE(ABORT, 'the books hold customers of another mode') FROM stripe_customer;
END;

-- Backups between snapshots: each change puts the row's key at the end of the queue, once.

CREATE TRIGGER stripe_account_is_queued AFTER INSERT ON stripe_account
BEGIN
    DELETE FROM changed_row WHERE subject = 'stripe_account' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('stripe_account', NEW.id);
END;
CREATE TRIGGER stripe_account_change_is_queued AFTER UPDATE ON stripe_account
BEGIN
    DELETE FROM changed_row WHERE subject = 'stripe_account' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('stripe_account', NEW.id);
END;
CREATE TRIGGER stripe_customer_is_queued AFTER INSERT ON stripe_customer
BEGIN
    DELETE FROM changed_row WHERE subject = 'stripe_customer' AND key = NEW.user_id;
    INSERT INTO changed_row (subject, key) VALUES ('stripe_customer', NEW.user_id);
END;
CREATE TRIGGER stripe_customer_change_is_queued AFTER UPDATE ON stripe_customer
BEGIN
    DELETE FROM changed_row WHERE subject = 'stripe_customer' AND key = NEW.user_id;
    INSERT INTO changed_row (subject, key) VALUES ('stripe_customer', NEW.user_id);
END;
CREATE TRIGGER saved_card_is_queued AFTER INSERT ON saved_card
BEGIN
    DELETE FROM changed_row WHERE subject = 'saved_card' AND key = NEW.user_id;
    INSERT INTO changed_row (subject, key) VALUES ('saved_card', NEW.user_id);
END;
CREATE TRIGGER saved_card_change_is_queued AFTER UPDATE ON saved_card
BEGIN
    DELETE FROM changed_row WHERE subject = 'saved_card' AND key = NEW.user_id;
    INSERT INTO changed_row (subject, key) VALUES ('saved_card', NEW.user_id);
END;
CREATE TRIGGER saved_card_end_is_queued AFTER DELETE ON saved_card
BEGIN
    DELETE FROM changed_row WHERE subject = 'saved_card' AND key = OLD.user_id;
    INSERT INTO changed_row (subject, key) VALUES ('saved_card', OLD.user_id);
END;
CREATE TRIGGER removed_card_is_queued AFTER INSERT ON removed_card
BEGIN
    DELETE FROM changed_row WHERE subject = 'removed_card' AND key = NEW.payment_method_id;
    INSERT INTO changed_row (subject, key) VALUES ('removed_card', NEW.payment_method_id);
END;
CREATE TRIGGER removed_card_change_is_queued AFTER UPDATE ON removed_card
BEGIN
    DELETE FROM changed_row WHERE subject = 'removed_card' AND key = NEW.payment_method_id;
    INSERT INTO changed_row (subject, key) VALUES ('removed_card', NEW.payment_method_id);
END;
CREATE TRIGGER payment_is_queued AFTER INSERT ON payment
BEGIN
    DELETE FROM changed_row WHERE subject = 'payment' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('payment', NEW.id);
END;
CREATE TRIGGER payment_change_is_queued AFTER UPDATE ON payment
BEGIN
    DELETE FROM changed_row WHERE subject = 'payment' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('payment', NEW.id);
END;
CREATE TRIGGER stripe_event_is_queued AFTER INSERT ON stripe_event
BEGIN
    DELETE FROM changed_row WHERE subject = 'stripe_event' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('stripe_event', NEW.id);
END;
CREATE TRIGGER payment_refund_is_queued AFTER INSERT ON payment_refund
BEGIN
    DELETE FROM changed_row WHERE subject = 'payment_refund' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('payment_refund', NEW.id);
END;
CREATE TRIGGER payment_refund_change_is_queued AFTER UPDATE ON payment_refund
BEGIN
    DELETE FROM changed_row WHERE subject = 'payment_refund' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('payment_refund', NEW.id);
END;
CREATE TRIGGER payment_dispute_is_queued AFTER INSERT ON payment_dispute
BEGIN
    DELETE FROM changed_row WHERE subject = 'payment_dispute' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('payment_dispute', NEW.id);
END;
CREATE TRIGGER payment_dispute_change_is_queued AFTER UPDATE ON payment_dispute
BEGIN
    DELETE FROM changed_row WHERE subject = 'payment_dispute' AND key = NEW.id;
    INSERT INTO changed_row (subject, key) VALUES ('payment_dispute', NEW.id);
END;
CREATE TRIGGER auto_topup_is_queued AFTER INSERT ON auto_topup
BEGIN
    DELETE FROM changed_row WHERE subject = 'auto_topup' AND key = NEW.user_id;
    INSERT INTO changed_row (subject, key) VALUES ('auto_topup', NEW.user_id);
END;
CREATE TRIGGER auto_topup_change_is_queued AFTER UPDATE ON auto_topup
BEGIN
    DELETE FROM changed_row WHERE subject = 'auto_topup' AND key = NEW.user_id;
    INSERT INTO changed_row (subject, key) VALUES ('auto_topup', NEW.user_id);
END;

-- What was there before this migration: the next snapshot has it, and until then the queue does.
INSERT INTO changed_row (subject, key) SELECT 'stripe_account', id FROM stripe_account;
INSERT INTO changed_row (subject, key) SELECT 'stripe_customer', user_id FROM stripe_customer;
INSERT INTO changed_row (subject, key) SELECT 'saved_card', user_id FROM saved_card;
INSERT INTO changed_row (subject, key) SELECT 'removed_card', payment_method_id FROM removed_card;
INSERT INTO changed_row (subject, key) SELECT 'payment', id FROM payment;
INSERT INTO changed_row (subject, key) SELECT 'stripe_event', id FROM stripe_event;
INSERT INTO changed_row (subject, key) SELECT 'payment_refund', id FROM payment_refund;
INSERT INTO changed_row (subject, key) SELECT 'payment_dispute', id FROM payment_dispute;
INSERT INTO changed_row (subject, key) SELECT 'auto_topup', user_id FROM auto_topup;
