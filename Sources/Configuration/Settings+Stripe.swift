import Foundation

extension Settings {
    /// Payments by card. Where the secrets are; whether they belong together is seen when they are read.
    package struct Stripe: Hashable, Sendable {
        package static let api = "https://api.stripe.com"

        package var secretKey: SecretSource
        package var webhookSecrets: [SecretSource]  // The newest first; two while one is being rolled.
        package var publishableKey: String?  // No secret: for pages that take a card's number themselves.
        package var apiBase: String  // Stripe's own, or a stand-in on this machine.

        package init(
            secretKey: SecretSource, webhookSecrets: [SecretSource], publishableKey: String? = nil,
            apiBase: String = Stripe.api
        ) {
            self.secretKey = secretKey
            self.webhookSecrets = webhookSecrets
            self.publishableKey = publishableKey
            self.apiBase = apiBase
        }
    }
}

extension YAMLSection {
    /// Nil without such a section: this outlet takes no cards.
    func stripe(_ key: String, folder: String) -> Settings.Stripe? {
        guard has(key) else { return nil }
        let section = section(
            key, keys: Self.secretKeys("secretKey") + ["webhookSecrets", "publishableKey", "apiBase"])
        let webhookSecrets = section.list("webhookSecrets", required: true).map { node, path in
            YAMLSection(node, at: path, keys: Self.secretKeys("secret"), problems: problems)
                .secret("secret", folder: folder)
        }
        if section.has("webhookSecrets"), !(1...4).contains(webhookSecrets.count) {
            section.refuse("webhookSecrets", "must name 1 to 4 secrets, the newest first")
        }
        return Settings.Stripe(
            secretKey: section.secret("secretKey", folder: folder), webhookSecrets: webhookSecrets,
            publishableKey: section.optionalText(
                "publishableKey", rule: "a key that begins with pk_live_ or pk_test_"
            ) {
                ($0.hasPrefix("pk_live_") || $0.hasPrefix("pk_test_")) && $0.isPrintable
                    && $0.utf8.count <= 255
            },
            apiBase: section.text(
                "apiBase", default: Settings.Stripe.api,
                rule: "\(Settings.Stripe.api), or http://127.0.0.1:PORT for a stand-in on this machine",
                where: Self.isStripe))
    }

    private static func isStripe(_ text: String) -> Bool {
        guard text != Settings.Stripe.api else { return true }
        guard let parts = URLComponents(string: text), parts.scheme == "http", parts.port != nil,
            parts.path.isEmpty, parts.user == nil, parts.query == nil, parts.fragment == nil
        else { return false }
        return ["127.0.0.1", "localhost", "[::1]"].contains(parts.host ?? "")
    }
}
