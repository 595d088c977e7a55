import Storage

extension Check {
    /// Top-ups are what Stripe proved, and everything that it proved is in the books.
    static let payments = [
        Check(
            """
            SELECT 'transfer' AS "table", t.id AS number,
                   'adds ' || t.amount_cents || ' cents that no payment proves' AS wrong
              FROM transfer t
              JOIN account c ON c.id = t.credit_id
             WHERE t.code = 'topup' AND c.kind = 'available'
               AND NOT EXISTS (
                    SELECT 1
                      FROM payment p
                     WHERE t.cause = 'deposit_' || p.intent_id AND p.state = 'succeeded'
                       AND p.user_id = c.user_id AND p.amount_cents = t.amount_cents)
             ORDER BY t.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'payment' AS "table", p.id AS number, 'succeeded and was never added to its wallet' AS wrong
              FROM payment p
             WHERE p.state = 'succeeded'
               AND NOT EXISTS (SELECT 1 FROM transfer t WHERE t.cause = 'deposit_' || p.intent_id)
             ORDER BY p.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'transfer' AS "table", t.id AS number,
                   'moves ' || t.amount_cents || ' cents for a refund that nobody told of' AS wrong
              FROM transfer t
             WHERE t.code = 'card_refund'
               AND NOT EXISTS (
                    SELECT 1
                      FROM payment_refund f
                     WHERE f.id = replace(substr(t.cause, 4), ':failed', '')
                       AND (t.cause NOT LIKE '%:failed' OR f.failed = 1))
             ORDER BY t.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'transfer' AS "table", t.id AS number,
                   'moves ' || t.amount_cents || ' cents for a dispute that nobody told of' AS wrong
              FROM transfer t
             WHERE t.code IN ('dispute', 'dispute_won')
               AND NOT EXISTS (
                    SELECT 1
                      FROM payment_dispute d
                     WHERE d.id = CASE t.code WHEN 'dispute' THEN substr(t.cause, 9) ELSE substr(t.cause, 13) END)
             ORDER BY t.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'payment_refund' AS "table", f.id AS number, 'is not what its wallet was taken' AS wrong
              FROM payment_refund f
              JOIN payment p ON p.intent_id = f.intent_id AND p.state = 'succeeded'
              JOIN (SELECT 'rf:' AS before, '' AS behind UNION ALL SELECT 'rf:', ':failed') AS way
                ON (way.behind = '' AND (f.failed = 0 OR EXISTS (
                        SELECT 1 FROM transfer t WHERE t.cause = 'rf:' || f.id || ':failed')))
                OR (way.behind = ':failed' AND f.failed = 1 AND EXISTS (
                        SELECT 1 FROM transfer t WHERE t.cause = 'rf:' || f.id))
             WHERE f.amount_cents <> (
                    SELECT COALESCE(SUM(t.amount_cents), 0)
                      FROM transfer t WHERE t.cause = way.before || f.id || way.behind)
             ORDER BY f.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'payment_dispute' AS "table", d.id AS number, 'is not what its wallet was taken or given' AS wrong
              FROM payment_dispute d
              JOIN payment p ON p.intent_id = d.intent_id AND p.state = 'succeeded'
              JOIN (SELECT 'dispute:' AS before, 0 AS won UNION ALL SELECT 'dispute_won:', 1) AS way
             WHERE CASE WHEN d.withdrawn = 1 AND (way.won = 0 OR d.reinstated = 1) THEN d.amount_cents ELSE 0 END
                <> (SELECT COALESCE(SUM(t.amount_cents), 0) FROM transfer t WHERE t.cause = way.before || d.id)
             ORDER BY d.id
             LIMIT 1
            """),
    ]
}
