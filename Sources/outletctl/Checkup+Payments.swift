import Configuration
import Domain
import Operations
import Payments

extension Checkup {
    /// How payments stand, and the last comparison with Stripe's list.
    static func payments(_ settings: Settings, _ context: Context) -> [Finding] {
        do {
            guard let cards = try CardPayments.configured(in: settings) else {
                return [.ok("payments", "not configured: this outlet takes no cards")]
            }
            try context.database.read { try context.checkStripe(cards, in: $0) }
            return [mode(of: cards.access)] + (try reconciled(context))
        } catch is SecretFault {
            return []  // Told with the other secrets.
        } catch {
            return [
                .fail("payments", "\(explanation(of: error) ?? "\(error)"); see stripe: in the configuration")
            ]
        }
    }

    /// Whether Stripe's keys belong together, as far as they are at hand here: those of a service's environment are not.
    static func stripeKeys(_ settings: Settings) -> [Finding] {
        do {
            _ = try CardPayments.configured(in: settings)
            return []
        } catch let fault as StripeAccess.Fault {
            return [.fail("stripe", fault.description)]
        } catch {
            return []  // Told with the other secrets.
        }
    }

    private static func mode(of access: StripeAccess) -> Finding {
        switch access.mode {
        case .live: .ok("payments", "by Stripe, live")
        case .test: .warn("payments", "Stripe's test mode: no money moves; set a live key to be paid")
        case .standIn: .warn("payments", "a stand-in at \(access.apiBase): no money moves")
        }
    }

    private static func reconciled(_ context: Context) throws -> [Finding] {
        let (account, now) = try context.database.read { (try $0.stripeAccount(), try context.now(in: $0)) }
        guard let account, let at = account.reconciledAt else {
            return [
                .warn("reconciled", "not yet; outlet-meter does it daily, or 'outletctl payments reconcile'")
            ]
        }
        let count = account.differences ?? 0
        let text = "\((now - at).forPeople) ago, \(count) differences"
        guard count == 0 else { return [.fail("reconciled", "\(text); run 'outletctl payments reconcile'")] }
        return [
            now - at > Seconds(2 * 86_400)
                ? .warn("reconciled", "\(text); is outlet-meter running?")
                : .ok("reconciled", text)
        ]
    }
}
