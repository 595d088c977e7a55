import Storage

extension Check {
    /// Billed intervals: the chain, the formula, the legs.
    static let usage = [
        Check(
            claim: "billed intervals do not chain",
            query: """
                SELECT 'usage ' || id || ' of ' || rental_id || ' begins at ' || from_s || ', the one before ended at '
                    || ended AS wrong
                  FROM (SELECT id, rental_id, from_s, LAG(to_s, 1, 0) OVER (PARTITION BY rental_id ORDER BY id) AS ended
                          FROM usage) AS chained
                 WHERE from_s <> ended
                 ORDER BY id
                 LIMIT 1
                """),
        Check(
            claim: "usage is not what the formula says",
            query: """
                SELECT 'usage ' || id || ' charges ' || cents || ' cents for ' || seconds || ' seconds at '
                    || rate_cents AS wrong
                  FROM usage
                 WHERE cents <> (2 * to_s * rate_cents + 3600) / 7200 - (2 * from_s * rate_cents + 3600) / 7200
                    OR seconds <> to_s - from_s OR to_s <= from_s
                 ORDER BY id
                 LIMIT 1
                """),
        Check(
            claim: "the transfers of usage are not its parts",
            query: """
                WITH paid AS (
                    SELECT t.usage_id,
                           SUM(t.amount_cents) AS cents,
                           SUM(CASE d.kind WHEN 'hold' THEN t.amount_cents ELSE 0 END) AS hold_cents,
                           SUM(CASE d.kind WHEN 'promo' THEN t.amount_cents ELSE 0 END) AS promo_cents,
                           SUM(CASE WHEN d.rental_id <> u.rental_id THEN 1 ELSE 0 END) AS foreign_holds
                      FROM transfer t
                      JOIN account d ON d.id = t.debit_id
                      JOIN usage u ON u.id = t.usage_id
                     GROUP BY t.usage_id)
                SELECT 'usage ' || u.id || ' is ' || u.cents || ' cents, its transfers make '
                    || COALESCE(p.cents, 0) AS wrong
                  FROM usage u
                  LEFT JOIN paid p ON p.usage_id = u.id
                 WHERE u.cents <> COALESCE(p.cents, 0) OR u.hold_cents <> COALESCE(p.hold_cents, 0)
                    OR u.promo_cents <> COALESCE(p.promo_cents, 0) OR COALESCE(p.foreign_holds, 0) <> 0
                    OR u.cents <> u.hold_cents + u.promo_cents + u.available_cents
                 ORDER BY u.id
                 LIMIT 1
                """),
        Check(
            claim: "usage is missing",
            query: """
                SELECT 'there are ' || COUNT(*) || ' rows, the last is number ' || MAX(id) AS wrong
                  FROM usage
                HAVING COUNT(*) <> MAX(id)
                """),
    ]
}
