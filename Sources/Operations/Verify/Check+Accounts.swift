import Storage

extension Check {
    /// Balances, and the transfers that make them.
    static let accounts = [
        Check(
            claim: "the balances do not sum to zero",
            query: """
                SELECT SUM(balance_cents) || ' cents' AS wrong
                  FROM account
                HAVING SUM(balance_cents) <> 0
                """),
        Check(
            claim: "an account is on the wrong side of zero",
            query: """
                SELECT 'account ' || id || ' has ' || balance_cents || ' cents' AS wrong
                  FROM account
                 WHERE (balance_cents < 0 AND kind IN ('available', 'promo', 'hold', 'refund_pending'))
                    OR (balance_cents > 0 AND kind = 'debt')
                 ORDER BY id
                 LIMIT 1
                """),
        Check(
            claim: "a balance is not the sum of its transfers",
            query: """
                WITH posted AS (
                    SELECT account_id, SUM(cents) AS cents, MAX(transfer_id) AS last_transfer
                      FROM (SELECT credit_id AS account_id, amount_cents AS cents, id AS transfer_id FROM transfer
                             UNION ALL
                            SELECT debit_id, -amount_cents, id FROM transfer) AS moved
                     GROUP BY account_id)
                SELECT 'account ' || a.id || ' has ' || a.balance_cents || ' cents, its transfers make '
                    || COALESCE(p.cents, 0) AS wrong
                  FROM account a
                  LEFT JOIN posted p ON p.account_id = a.id
                 WHERE a.balance_cents <> COALESCE(p.cents, 0) OR a.last_transfer <> COALESCE(p.last_transfer, 0)
                 ORDER BY a.id
                 LIMIT 1
                """),
        Check(
            claim: "a transfer is of a kind that does not exist",
            query: """
                SELECT 'transfer ' || t.id AS wrong
                  FROM transfer t
                  LEFT JOIN account d ON d.id = t.debit_id
                  LEFT JOIN account c ON c.id = t.credit_id
                  LEFT JOIN movement m ON m.code = t.code AND m.debit_kind = d.kind AND m.credit_kind = c.kind
                 WHERE m.code IS NULL OR d.user_id <> c.user_id OR t.amount_cents <= 0
                 ORDER BY t.id
                 LIMIT 1
                """),
        Check(
            claim: "transfers are missing",
            query: """
                SELECT 'there are ' || COUNT(*) || ', the last is number ' || MAX(id) AS wrong
                  FROM transfer
                HAVING COUNT(*) <> MAX(id)
                """),
    ]
}
