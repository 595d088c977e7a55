-- Personal tokens. Only the SHA-256 of the secret is kept; who reads this table can sign nobody in.
CREATE TABLE access_token (
    id           TEXT NOT NULL PRIMARY KEY CHECK (id GLOB 'tok_*' AND length(id) = 30),
    user_id      TEXT NOT NULL REFERENCES renter (id),
    name         TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    secret_hash  BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    scopes       TEXT NOT NULL CHECK (scopes IN ('read', 'rent', 'billing', 'read rent', 'read billing', 'rent billing',
                                                 'read rent billing')),
    created_at_s INTEGER NOT NULL,
    expires_at_s INTEGER CHECK (expires_at_s > created_at_s),  -- NULL: never.
    used_at_s    INTEGER CHECK (used_at_s >= created_at_s),
    used_from    TEXT CHECK (length(used_from) <= 64)
) STRICT;

CREATE INDEX access_token_of_user ON access_token (user_id, created_at_s);

CREATE TRIGGER access_token_keeps_terms BEFORE UPDATE ON access_token
WHEN NEW.id IS NOT OLD.id OR NEW.user_id IS NOT OLD.user_id OR NEW.name IS NOT OLD.name
  OR NEW.secret_hash IS NOT OLD.secret_hash OR NEW.scopes IS NOT OLD.scopes
  OR NEW.created_at_s IS NOT OLD.created_at_s OR NEW.expires_at_s IS NOT OLD.expires_at_s
BEGIN SELECT RAISE(ABORT, 'a token is made or revoked, never changed'); END;
