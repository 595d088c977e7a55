/// How an outlet reaches its Stripe account.
package struct StripeAccess: Sendable {
    package static let apiVersion = "2026-10-28.endive"
    package static let api = "https://api.stripe.com"

    /// Which of Stripe's worlds it is. What one of them knows, the others do not.
    package enum Mode: String, Hashable, Sendable {
        case live  // Money moves.
        case test  // Stripe's own, in which none does.
        case standIn = "stand-in"  // A program on this machine.
    }

    package let secretKey: String
    package let webhookSecrets: [String]  // The newest first; two while one is being rolled.
    package let publishableKey: String?
    package let apiBase: String  // `https://api.stripe.com`, or a stand-in on this machine.
    package let mode: Mode

    /// - Throws: `Fault` when the parts do not belong together.
    package init(
        secretKey: String, webhookSecrets: [String], publishableKey: String? = nil, apiBase: String = api
    ) throws(Fault) {
        guard Self.isKey(secretKey) else { throw .secretKey }
        guard !webhookSecrets.isEmpty,
            webhookSecrets.allSatisfy({ $0.hasPrefix("whsec_") && $0.utf8.count > 8 })
        else { throw .webhookSecret }
        let isLive = secretKey.hasPrefix("sk_live_") || secretKey.hasPrefix("rk_live_")
        if let publishableKey, publishableKey.hasPrefix("pk_live_") != isLive { throw .mixedKeys }
        guard !isLive || apiBase == Self.api else { throw .liveKeyForStandIn }
        self.secretKey = secretKey
        self.webhookSecrets = webhookSecrets
        self.publishableKey = publishableKey
        self.apiBase = apiBase
        mode = isLive ? .live : apiBase == Self.api ? .test : .standIn
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
        case mixedKeys
        case liveKeyForStandIn

        package var description: String {
            switch self {
            case .secretKey: "Stripe's secret key begins with sk_live_, sk_test_, rk_live_ or rk_test_"
            case .webhookSecret: "a webhook's secret of Stripe begins with whsec_"
            case .mixedKeys:
                "Stripe's secret key and publishable key are one of live mode and one of test mode"
            case .liveKeyForStandIn: "a live key of Stripe is for https://api.stripe.com only"
            }
        }
    }
}
