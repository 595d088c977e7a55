/// How an outlet reaches its Stripe account.
package struct StripeAccess: Sendable {
    package static let apiVersion = "2026-10-28.endive"

    package let secretKey: String
    package let webhookSecrets: [String]  // The newest first; two while one is being rolled.
    package let apiBase: String  // `https://api.stripe.com`, or a stand-in on this machine.

    /// Whether money moves: a key of Stripe's test mode, and a stand-in's, say that it does not.
    package var isLive: Bool { secretKey.hasPrefix("sk_live_") || secretKey.hasPrefix("rk_live_") }

    /// - Throws: `Fault` when the parts do not belong together.
    package init(secretKey: String, webhookSecrets: [String], apiBase: String) throws(Fault) {
        guard Self.isKey(secretKey) else { throw .secretKey }
        guard !webhookSecrets.isEmpty,
            webhookSecrets.allSatisfy({ $0.hasPrefix("whsec_") && $0.utf8.count > 8 })
        else { throw .webhookSecret }
        self.secretKey = secretKey
        self.webhookSecrets = webhookSecrets
        self.apiBase = apiBase
        guard !isLive || apiBase == "https://api.stripe.com" else { throw .liveKeyForStandIn }
    }

    private static func isKey(_ text: String) -> Bool {
        ["sk_live_", "sk_test_", "rk_live_", "rk_test_"].contains { text.hasPrefix($0) }
            && text.utf8.count <= 255
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }

    /// Which rule is broken; never the secret itself.
    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case secretKey
        case webhookSecret
        case liveKeyForStandIn

        package var description: String {
            switch self {
            case .secretKey: "Stripe's secret key begins with sk_live_, sk_test_, rk_live_ or rk_test_"
            case .webhookSecret: "a webhook's secret of Stripe begins with whsec_"
            case .liveKeyForStandIn: "a live key of Stripe is for https://api.stripe.com only"
            }
        }
    }
}
