import Configuration
import Domain
import OAuth
import Outbound
import Synchronization

/// The accounts elsewhere by which one can sign in, as configured. Shared by all threads; it keeps what issuers
/// publish of themselves.
package final class IdentityProviders: Sendable {
    /// In the order of the sign-in page.
    package enum Kind: String, CaseIterable, Sendable {
        case google
        case gitHub = "github"
        case openID = "oidc"
    }

    package struct Button: Hashable, Sendable {
        package let kind: Kind
        package let name: String
    }

    package let buttons: [Button]
    private let providers: [Kind: any IdentityProvider]
    private let free: Mutex<Int>

    /// Reads the secrets.
    /// - Throws: `SecretFault`
    package convenience init(_ settings: Settings, clocks: @escaping @Sendable () -> ClockReading) throws {
        try self.init(settings, clocks: clocks) { policy in
            let client = OutboundClient(policy: policy)
            return { request throws(OutboundError) in try client.send(request) }
        }
    }

    init(
        _ settings: Settings, clocks: @escaping @Sendable () -> ClockReading,
        sending makeSend: (OutboundPolicy) -> Send
    ) throws {
        let wallClock: @Sendable () -> Instant = { Instant(clocks().realtime / 1_000) }
        var (buttons, providers): ([Button], [Kind: any IdentityProvider]) = ([], [:])
        func add(_ kind: Kind, named name: String, _ provider: any IdentityProvider) {
            buttons.append(Button(kind: kind, name: name))
            providers[kind] = provider
        }
        if let google = settings.oauth.google {
            let client = OpenIDProvider.Client(
                issuer: "https://accounts.google.com", otherSpellings: ["accounts.google.com"], id: google.id,
                secret: try google.secret.read())
            let send = makeSend(Self.policy())
            add(.google, named: "Google", OpenIDProvider(client, wallClock: wallClock, send: send))
        }
        if let gitHub = settings.oauth.gitHub {
            let secret = try gitHub.client.secret.read()
            let send = makeSend(Self.policy(for: gitHub))
            add(
                .gitHub, named: gitHub.name,
                GitHubProvider(url: gitHub.url, clientID: gitHub.client.id, secret: secret, send: send))
        }
        if let openID = settings.oauth.openID {
            let client = OpenIDProvider.Client(
                issuer: openID.url, otherSpellings: [], id: openID.client.id,
                secret: try openID.client.secret.read())
            let send = makeSend(Self.policy(for: openID))
            add(.openID, named: openID.name, OpenIDProvider(client, wallClock: wallClock, send: send))
        }
        self.buttons = buttons
        self.providers = providers
        free = Mutex(max(settings.api.threads / 2, 1))
    }

    private static func policy(for provider: Settings.OAuth.Provider? = nil) -> OutboundPolicy {
        OutboundPolicy(
            reach: provider?.isPrivate == true ? .privateAddresses : .publicAddresses,
            connectWithin: .seconds(3), largestBody: 256 << 10, caFile: provider?.caFile)
    }

    /// Runs `body` with a provider, for at most half of the threads at once: however slow a provider is, others are
    /// served meanwhile.
    func with<Answer>(
        _ kind: Kind, _ body: (any IdentityProvider) throws(OAuthRefusal) -> Answer
    ) throws(OAuthRefusal) -> Answer {
        guard let provider = providers[kind] else { throw .unavailable("not set up") }
        guard free.withLock({ $0 > 0 ? ($0 -= 1, true).1 : false }) else {
            throw .unavailable("too many sign-ins at once")
        }
        defer { free.withLock { $0 += 1 } }
        return try body(provider)
    }
}
