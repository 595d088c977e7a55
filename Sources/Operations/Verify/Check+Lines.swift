import Storage

extension Check {
    /// What renters read: each line follows, says what was moved, and none is missing.
    static let lines = [
        Check(
            claim: "a line does not follow from the one before",
            query: """
                SELECT 'line ' || id || ' of ' || user_id || ' ends at ' || after || ', it should at '
                    || (before + amount_cents) AS wrong
                  FROM (SELECT seq, id, user_id, amount_cents,
                               available_after_cents + reserved_after_cents AS after,
                               LAG(available_after_cents + reserved_after_cents, 1, 0)
                                   OVER (PARTITION BY user_id ORDER BY seq) AS before
                          FROM ledger_entry) AS chained
                 WHERE after <> before + amount_cents
                 ORDER BY seq
                 LIMIT 1
                """),
        Check(
            claim: "a line is not the sum of its transfers",
            query: """
                WITH moved AS (
                    SELECT user_id, cause, SUM(amount_cents) AS cents
                      FROM wallet_change
                     WHERE cause IS NOT NULL
                     GROUP BY user_id, cause)
                SELECT 'line ' || e.id || ' says ' || e.amount_cents || ' cents' AS wrong
                  FROM ledger_entry e
                  LEFT JOIN usage u ON u.id = e.usage_id
                  LEFT JOIN moved m ON m.user_id = e.user_id AND m.cause = e.cause
                 WHERE e.amount_cents <> COALESCE(-u.cents, m.cents, 0)
                    OR (e.usage_id IS NOT NULL AND (u.entry_id IS NULL OR u.entry_id <> e.id
                                                    OR u.rental_id <> e.rental_id))
                 ORDER BY e.seq
                 LIMIT 1
                """),
        Check(
            claim: "money moved without a line",
            query: """
                SELECT 'transfer ' || c.transfer_id || ' of ' || c.user_id AS wrong
                  FROM wallet_change c
                 WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.cause = c.cause)
                   AND NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.usage_id = c.usage_id)
                 ORDER BY c.transfer_id
                 LIMIT 1
                """),
        Check(
            claim: "the newest line is not what the wallet has",
            query: """
                SELECT f.user_id || ' has ' || f.available_cents || ' and ' || f.reserved_cents || ' cents' AS wrong
                  FROM wallet_funds f
                  LEFT JOIN ledger_entry e
                         ON e.seq = (SELECT MAX(n.seq) FROM ledger_entry n WHERE n.user_id = f.user_id)
                 WHERE f.available_cents <> COALESCE(e.available_after_cents, 0)
                    OR f.reserved_cents <> COALESCE(e.reserved_after_cents, 0)
                 ORDER BY f.user_id
                 LIMIT 1
                """),
        Check(
            claim: "lines are missing",
            query: """
                SELECT 'there are ' || COUNT(*) || ', the last is number ' || MAX(seq) AS wrong
                  FROM ledger_entry
                HAVING COUNT(*) <> MAX(seq)
                """),
    ]
}
