import Domain
import Storage

extension Meter {
    /// Fills the wallets that fill themselves and are about to run out. The wish is committed before Stripe hears of
    /// it, and only one of a wallet's can be under way: two meters, or one that was killed, charge no card twice.
    package func topUpWallets() async {
        guard let cards else { return }
        for payment in beginTopUps() {
            await aside { [context, logger] in
                do {
                    let refusal = try context.charge(payment, with: cards)
                    logger.info(
                        "auto top-up",
                        metadata: [
                            "payment": "\(payment.id)", "answer": "\(refusal.map { "\($0)" } ?? "taken")",
                        ])
                } catch {
                    logger.error(
                        "auto top-up failed", metadata: ["payment": "\(payment.id)", "error": "\(error)"])
                }
            }
        }
    }

    private func beginTopUps() -> [PaymentRow] {
        do {
            let users = try context.database.read { session -> [ID<User>] in
                try session.isReportOnly() ? [] : session.busyWalletsWithAutoTopup()
            }
            return try users.compactMap { user in
                // Most of the time there is nothing to do, and nothing is written then.
                guard try context.database.read({ try context.isLow(user, in: $0) }) else { return nil }
                return try write { transaction, now in
                    try context.beginAutoTopup(user, at: now, in: transaction)
                }
            }
        } catch {
            logger.error("auto top-up not begun", metadata: ["error": "\(error)"])
            return []
        }
    }
}
