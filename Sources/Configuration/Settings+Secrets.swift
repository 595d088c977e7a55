extension Settings {
    /// A secret that the file names, or another file without which something does not work.
    package struct Need: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case secret(SecretSource)
            case certificates(path: String)  // PEM.
        }

        package let key: String  // In the file: `oauth.google`; of a provider, with its code.
        package let kind: Kind
    }

    /// Everything outside of the file that the outlet's programs read at their start.
    package var needs: [Need] {
        let payments = stripe.map { [$0.secretKey] + $0.webhookSecrets } ?? []
        return (oauth.google.map { [Need(key: "oauth.google", kind: .secret($0.secret))] } ?? [])
            + payments.map { Need(key: "stripe", kind: .secret($0)) }
            + (oauth.gitHub?.needs(of: "oauth.github") ?? []) + (oauth.openID?.needs(of: "oauth.oidc") ?? [])
            + providers.compactMap { provider in
                provider.cloud.map { Need(key: "providers.\($0.code)", kind: .secret($0.apiKey)) }
            }
    }
}

extension Settings.OAuth.Provider {
    fileprivate func needs(of key: String) -> [Settings.Need] {
        [Settings.Need(key: key, kind: .secret(client.secret))]
            + (caFile.map { [Settings.Need(key: key, kind: .certificates(path: $0))] } ?? [])
    }
}
