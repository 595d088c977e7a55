-- What is looked for is found by an index, however much runs, and however much once did.

-- By any state, and by several: an index of some states only is not taken for a question about one of them.
DROP INDEX rental_live;
CREATE INDEX rental_by_state ON rental (state, id);

-- An hour that is known to have been delivered and is not billed yet. The condition is the meter's own, word for word and
-- side by side: only then does SQLite take it.
CREATE INDEX rental_hour_due ON rental (state, user_id)
 WHERE state = 'running' AND confirmed_at_s >= running_at_s + billed_s + 3600;
