import Storage

extension Check {
    /// Which accounts there are, whatever was posted to them.
    static let accounts = [
        Check(
            """
            SELECT 'account' AS "table", a.id + 1 AS number, 'is missing' AS wrong
              FROM (SELECT 0 AS id UNION ALL SELECT id FROM account) AS a
             WHERE NOT EXISTS (SELECT 1 FROM account n WHERE n.id = a.id + 1)
               AND a.id < (SELECT MAX(id) FROM account)
             ORDER BY a.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'account' AS "table", id AS number, 'is of no wallet, rental or house' AS wrong
              FROM account
             WHERE id < 1
                OR (user_id IS NOT NULL) <> (kind IN ('available', 'promo', 'hold', 'refund_pending', 'debt'))
                OR (rental_id IS NOT NULL) <> (kind = 'hold')
                OR kind NOT IN ('available', 'promo', 'hold', 'refund_pending', 'debt',
                                'stripe', 'revenue', 'writeoff', 'promo_grant', 'fees', 'suspense')
             ORDER BY id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'account' AS "table", MAX(id) AS number,
                   'and account ' || MIN(id) || ' are the same: '
                       || COALESCE(rental_id, user_id || ' ' || kind, kind) AS wrong
              FROM account
             GROUP BY COALESCE(rental_id, user_id || ' ' || kind, kind)
            HAVING COUNT(*) > 1
             ORDER BY 2
             LIMIT 1
            """),
        Check(
            """
            SELECT 'wallet' AS "table", w.user_id AS number, 'has no account' AS wrong
              FROM wallet w
             WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.user_id = w.user_id AND a.rental_id IS NULL)
             ORDER BY w.user_id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'wallet' AS "table", a.user_id AS number, 'is missing, account ' || a.id || ' is one of it' AS wrong
              FROM account a
             WHERE a.user_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM wallet w WHERE w.user_id = a.user_id)
             ORDER BY a.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'account' AS "table", (SELECT MAX(id) + 1 FROM account) AS number,
                   'is missing: ' || w.user_id || ' has no ' || k.kind AS wrong
              FROM wallet w
              JOIN (SELECT 'available' AS kind UNION ALL SELECT 'promo'
                     UNION ALL SELECT 'refund_pending' UNION ALL SELECT 'debt') AS k
             WHERE NOT EXISTS (
                    SELECT 1 FROM account a WHERE a.user_id = w.user_id AND a.rental_id IS NULL AND a.kind = k.kind)
             ORDER BY w.user_id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'account' AS "table", a.id AS number,
                   'holds for rental ' || a.rental_id || ', which is not there, or another renter''s' AS wrong
              FROM account a
              LEFT JOIN rental r ON r.id = a.rental_id
             WHERE a.rental_id IS NOT NULL AND r.user_id IS NOT a.user_id
             ORDER BY a.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'account' AS "table", (SELECT MAX(id) + 1 FROM account) AS number,
                   'is missing: rental ' || r.id || ' has no hold' AS wrong
              FROM rental r
             WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.rental_id = r.id)
             ORDER BY r.id
             LIMIT 1
            """),
    ]
}
