import Foundation
import Yams

extension Settings {
    /// Signing in with an account elsewhere: at most one issuer of each kind.
    package struct OAuth: Hashable, Sendable {
        package var google: Client?
        package var gitHub: Provider?
        package var openID: Provider?

        package init(google: Client? = nil, gitHub: Provider? = nil, openID: Provider? = nil) {
            self.google = google
            self.gitHub = gitHub
            self.openID = openID
        }

        /// What this outlet is to a provider.
        package struct Client: Hashable, Sendable {
            package var id: String
            package var secret: SecretSource

            package init(id: String, secret: SecretSource) {
                self.id = id
                self.secret = secret
            }
        }

        package struct Provider: Hashable, Sendable {
            package var name: String  // On the button.
            package var url: String  // The issuer, or GitHub's own address.
            package var client: Client
            package var caFile: String?  // PEM; then nobody else is believed.
            package var isPrivate: Bool  // May have an address of a private network, or of this machine.

            package init(
                name: String, url: String, client: Client, caFile: String? = nil, isPrivate: Bool = false
            ) {
                self.name = name
                self.url = url
                self.client = client
                self.caFile = caFile
                self.isPrivate = isPrivate
            }
        }
    }
}

extension YAMLSection {
    private static let clientKeys = ["clientId"] + secretKeys("clientSecret")
    private static let placeKeys = ["caFile", "privateNetwork"]

    func oauth(_ key: String, folder: String) -> Settings.OAuth {
        let section = section(key, keys: ["google", "github", "oidc"])
        return Settings.OAuth(
            google: section.has("google")
                ? section.section("google", keys: Self.clientKeys).client(folder: folder) : nil,
            gitHub: section.has("github")
                ? section.section("github", keys: ["url"] + Self.clientKeys + Self.placeKeys)
                    .provider(name: "GitHub", url: "url", default: "https://github.com", folder: folder)
                : nil,
            openID: section.has("oidc")
                ? section.section("oidc", keys: ["name", "issuer"] + Self.clientKeys + Self.placeKeys)
                    .provider(name: nil, url: "issuer", default: nil, folder: folder) : nil)
    }

    private func provider(
        name: String?, url: String, default usual: String?, folder: String
    ) -> Settings.OAuth.Provider {
        Settings.OAuth.Provider(
            name: name
                ?? text("name", default: "Single sign-on", rule: "1 to 40 characters") {
                    (1...40).contains($0.count) && $0.isPrintable
                },
            url: text(
                url, default: usual, rule: "https://HOST/…, or http://… of this machine, without ? and #",
                where: Self.isAddress),
            client: client(folder: folder), caFile: path("caFile", folder: folder),
            isPrivate: flag("privateNetwork", default: false))
    }

    private func client(folder: String) -> Settings.OAuth.Client {
        let id = text("clientId", default: nil, rule: "1 to 255 printable characters") {
            (1...255).contains($0.utf8.count) && $0.isPrintable
        }
        return Settings.OAuth.Client(id: id, secret: secret("clientSecret", folder: folder))
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            parts.user == nil,
            parts.query == nil, parts.fragment == nil
        else { return false }
        let isHere = ["localhost", "::1", "[::1]"].contains(host) || host.hasPrefix("127.")
        return parts.scheme == "https" || parts.scheme == "http" && isHere
    }
}
