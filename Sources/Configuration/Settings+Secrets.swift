extension Settings {
    /// A secret that the file names, or another file without which a way to sign in does not work.
    package struct Need: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case secret(SecretSource)
            case certificates(path: String)  // PEM.
        }

        package let key: String  // In the file: `oauth.google`.
        package let kind: Kind
    }

    /// Everything outside of the file that outlet-api reads at its start.
    package var needs: [Need] {
        let named = [("github", oauth.gitHub), ("oidc", oauth.openID)].compactMap { name, provider in
            provider.map { (key: "oauth.\(name)", provider: $0) }
        }
        let google = oauth.google.map { [Need(key: "oauth.google", kind: .secret($0.secret))] } ?? []
        let payments = stripe.map { [$0.secretKey] + $0.webhookSecrets } ?? []
        return google + payments.map { Need(key: "stripe", kind: .secret($0)) }
            + named.flatMap { key, provider in
                [Need(key: key, kind: .secret(provider.client.secret))]
                    + (provider.caFile.map { [Need(key: key, kind: .certificates(path: $0))] } ?? [])
            }
    }
}
