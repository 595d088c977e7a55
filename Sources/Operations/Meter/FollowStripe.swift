import Domain

extension Meter {
    /// What the webhooks alone do not settle: events that did not reach us, charges of which nobody knows the end,
    /// cards that Stripe still keeps; and once a day, whether its list and ours are the same.
    package func followStripe() async {
        guard let cards else { return }
        await aside { [self] in
            for (name, step) in [
                ("events", context.followEvents), ("charges", context.settleDoubts),
                ("cards", context.detachRemoved), ("reconciliation", reconcileDaily),
            ] as [(String, (CardPayments) throws -> Void)] {
                do { try step(cards) } catch {
                    logger.warning("stripe not followed", metadata: ["step": "\(name)", "error": "\(error)"])
                }
            }
        }
    }

    private func reconcileDaily(with cards: CardPayments) throws {
        let isDue = try context.database.read { session in
            guard let last = try session.stripeAccount()?.reconciledAt else { return true }
            return try context.now(in: session) - last >= Seconds(86_400)
        }
        guard isDue else { return }
        let report = try context.reconcile(with: cards)
        for difference in report.differences {
            logger.error("payments differ", metadata: ["difference": "\(difference)"])
        }
    }
}
