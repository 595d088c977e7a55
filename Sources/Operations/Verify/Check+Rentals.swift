import Storage

extension Check {
    /// Rentals against what was billed for them.
    static let rentals = [
        Check(
            claim: "a rental's billed seconds are not the end of its usage",
            query: """
                SELECT 'rental ' || r.id || ' says ' || r.billed_s || ', its usage ' || COALESCE(u.billed, 0) AS wrong
                  FROM rental r
                  LEFT JOIN (SELECT rental_id, MAX(to_s) AS billed FROM usage GROUP BY rental_id) AS u
                         ON u.rental_id = r.id
                 WHERE r.billed_s <> COALESCE(u.billed, 0)
                 ORDER BY r.id
                 LIMIT 1
                """),
        Check(
            claim: "usage is not at the rate of its rental",
            query: """
                SELECT 'usage ' || u.id || ' of rental ' || r.id || ' is at ' || u.rate_cents || ' cents an hour' AS wrong
                  FROM usage u
                  JOIN rental r ON r.id = u.rental_id
                 WHERE u.rate_cents <> r.rate_cents
                 ORDER BY u.id
                 LIMIT 1
                """),
        Check(
            claim: "seconds were billed that the pod was not confirmed to run",
            query: """
                SELECT 'rental ' || id || ' is billed to second ' || billed_s AS wrong
                  FROM rental
                 WHERE billed_s > 0
                   AND (running_at_s IS NULL OR running_at_s + billed_s > confirmed_at_s
                        OR running_at_s + billed_s > ends_at_s)
                 ORDER BY id
                 LIMIT 1
                """),
        Check(
            claim: "a rental that has ended still holds money",
            query: """
                SELECT 'rental ' || r.id || ' holds ' || h.balance_cents || ' cents' AS wrong
                  FROM rental r
                  JOIN account h ON h.rental_id = r.id
                 WHERE r.closed_at_s IS NOT NULL AND h.balance_cents <> 0
                 ORDER BY r.id
                 LIMIT 1
                """),
        Check(
            claim: "a row names another that does not exist",
            query: """
                SELECT "table" || ' row ' || COALESCE(rowid, '') || ' names a missing ' || parent AS wrong
                  FROM pragma_foreign_key_check
                 LIMIT 1
                """),
    ]
}
