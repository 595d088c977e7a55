-- What has changed is found by its whole key.
--
-- `changed_row.key` is text. Compared with a number it is read as one, and then the index serves for the table's name
-- alone: a change walked over all rows of its table that no backup had taken yet.

DROP TRIGGER attempt_has_changed;
CREATE TRIGGER attempt_has_changed AFTER UPDATE ON attempt
BEGIN
    DELETE FROM changed_row WHERE subject = 'attempt' AND key = CAST(NEW.id AS TEXT);
    INSERT INTO changed_row (subject, key) VALUES ('attempt', NEW.id);
END;

DROP TRIGGER effect_has_changed;
CREATE TRIGGER effect_has_changed AFTER UPDATE ON effect
BEGIN
    DELETE FROM changed_row WHERE subject = 'effect' AND key = CAST(NEW.id AS TEXT);
    INSERT INTO changed_row (subject, key) VALUES ('effect', NEW.id);
END;

DROP TRIGGER stripe_account_is_queued;
CREATE TRIGGER stripe_account_is_queued AFTER INSERT ON stripe_account
BEGIN
    DELETE FROM changed_row WHERE subject = 'stripe_account' AND key = CAST(NEW.id AS TEXT);
    INSERT INTO changed_row (subject, key) VALUES ('stripe_account', NEW.id);
END;

DROP TRIGGER stripe_account_change_is_queued;
CREATE TRIGGER stripe_account_change_is_queued AFTER UPDATE ON stripe_account
BEGIN
    DELETE FROM changed_row WHERE subject = 'stripe_account' AND key = CAST(NEW.id AS TEXT);
    INSERT INTO changed_row (subject, key) VALUES ('stripe_account', NEW.id);
END;
