import Domain
import Storage

extension Context {
    /// What the meter sleeps until is what the books say: a later end would let a pod run unpaid.
    /// - Throws: `Fault`.
    func checkExhaustion(in session: any ReadSession) throws {
        let wallets = try session.cursor(
            """
            SELECT w.user_id, w.exhausts_at_s
              FROM wallet w
             WHERE w.exhausts_at_s IS NOT NULL
                OR EXISTS (SELECT 1 FROM rental r
                            WHERE r.user_id = w.user_id AND r.closed_at_s IS NULL AND r.running_at_s IS NOT NULL)
             ORDER BY w.user_id
            """)
        while let cells = try wallets.next() {
            let (text, stored) = (try cells.text(0), try cells.optionalInt(1).map { Instant($0) })
            guard let user = ID<User>(text) else { throw Fault("wallet", text, "is of no renter") }
            let state = try session.walletState(of: user)
            let end = exhaustion(of: state.rentals, funds: state.available).values.min()
            try expect(
                stored == end,
                else: Fault(
                    "wallet", user,
                    "is said to last until \(stored?.iso8601 ?? "for ever"), and lasts until \(end?.iso8601 ?? "for ever")"
                ))
        }
    }
}
