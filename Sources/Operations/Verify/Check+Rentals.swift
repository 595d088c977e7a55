import Storage

extension Check {
    /// Rentals are what their last milestone says, and milestones follow each other.
    static let milestones = [
        Check(
            """
            SELECT 'rental' AS "table", m.rental_id AS number, 'is missing, milestone ' || m.id || ' is one of it' AS wrong
              FROM milestone m
             WHERE NOT EXISTS (SELECT 1 FROM rental r WHERE r.id = m.rental_id)
             ORDER BY m.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'milestone' AS "table", m.id + 1 AS number, 'is missing' AS wrong
              FROM (SELECT 0 AS id UNION ALL SELECT id FROM milestone) AS m
             WHERE NOT EXISTS (SELECT 1 FROM milestone n WHERE n.id = m.id + 1)
               AND m.id < (SELECT MAX(id) FROM milestone)
             ORDER BY m.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'milestone' AS "table", m.id AS number,
                   'does not follow from milestone ' || p.id || ' of rental ' || m.rental_id AS wrong
              FROM milestone m
              JOIN milestone p ON p.id = (SELECT MAX(id) FROM milestone WHERE rental_id = m.rental_id AND id < m.id)
             WHERE p.user_id <> m.user_id OR p.asked_at_s <> m.asked_at_s OR p.max_rate_cents <> m.max_rate_cents
                OR (p.rate_cents <> m.rate_cents AND p.state <> 'provisioning')
                OR (p.running_at_s IS NOT NULL AND m.running_at_s IS NOT p.running_at_s)
                OR (p.ends_at_s IS NOT NULL AND m.ends_at_s IS NOT p.ends_at_s)
                OR (p.closed_at_s IS NOT NULL AND m.closed_at_s IS NOT p.closed_at_s)
                OR (p.stop_reason IS NOT NULL AND m.stop_reason IS NOT p.stop_reason)
                OR (m.state <> p.state
                    AND p.state || ' ' || m.state NOT IN (
                        'provisioning running', 'provisioning stopping', 'provisioning failed', 'running stopping',
                        'running failed', 'stopping stopped'))
                OR (m.state = p.state AND m.rate_cents = p.rate_cents AND m.running_at_s IS p.running_at_s
                    AND m.ends_at_s IS p.ends_at_s AND m.closed_at_s IS p.closed_at_s
                    AND m.stop_reason IS p.stop_reason)
             ORDER BY m.id
             LIMIT 1
            """),
        Check(
            """
            SELECT 'rental' AS "table", r.id AS number,
                   CASE WHEN m.id IS NULL THEN 'has no milestone'
                        ELSE 'is not what its last milestone ' || m.id || ' says' END AS wrong
              FROM rental r
              LEFT JOIN milestone m ON m.id = (SELECT MAX(id) FROM milestone WHERE rental_id = r.id)
             WHERE m.id IS NULL OR m.user_id <> r.user_id OR m.state <> r.state OR m.rate_cents <> r.rate_cents
                OR m.max_rate_cents <> r.max_rate_cents OR m.asked_at_s <> r.asked_at_s
                OR m.running_at_s IS NOT r.running_at_s OR m.ends_at_s IS NOT r.ends_at_s
                OR m.closed_at_s IS NOT r.closed_at_s OR m.stop_reason IS NOT r.stop_reason
             ORDER BY r.id
             LIMIT 1
            """),
    ]
}
