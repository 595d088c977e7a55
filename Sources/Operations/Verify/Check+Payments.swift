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
    ]
}
