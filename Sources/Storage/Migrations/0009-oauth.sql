-- Accounts elsewhere that sign renters in. The issuer's subject is who somebody is; the address may change there.
CREATE TABLE oauth_identity (
    issuer      TEXT NOT NULL CHECK (issuer <> ''),
    subject     TEXT NOT NULL CHECK (subject <> ''),
    user_id     TEXT NOT NULL REFERENCES renter (id),
    email       TEXT NOT NULL,  -- The verified address that linked them.
    linked_at_s INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject),
    -- An address that is given to somebody else there does not hand over the account here.
    UNIQUE (user_id, issuer)
) STRICT;

CREATE TRIGGER oauth_identity_is_fixed BEFORE UPDATE ON oauth_identity
BEGIN SELECT RAISE(ABORT, 'an identity is linked once'); END;
