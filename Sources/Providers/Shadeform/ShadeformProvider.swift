import Configuration
import Domain
import Foundation

/// Virtual machines at about twenty clouds, through the broker Shadeform.
///
/// An instance's name is its label, and so is one of its tags. The outlet's script puts the renter's keys in the place of
/// the operator's. Shadeform ends an instance by itself at a time that can be moved: what nobody renews, goes.
package final class ShadeformProvider: CloudProvider {
    let cloud: CloudSettings
    let settings: ShadeformSettings
    let account: CloudAccount
    let hostKeys: HostKeys
    let pods: Shared<[CloudPod]>
    private let kept: Kept<[ShadeformOffer]>

    package var estimatedProvisionTime: Seconds {
        ProviderSettings.shadeform(settings).estimatedProvisionTime
    }

    package convenience init(settings: ShadeformSettings, hostKeys: HostKeys) {
        self.init(settings: settings, hostKeys: hostKeys, clock: .live)
    }

    init(settings: ShadeformSettings, hostKeys: HostKeys, clock: CloudClock) {
        self.settings = settings
        self.hostKeys = hostKeys
        cloud = settings.cloud
        let key = settings.cloud.apiKey
        let account = CloudAccount(
            base: settings.cloud.url, pace: ["account": Pace.Bucket(every: .seconds(1), burst: 10)],
            largestBody: 16 << 20, clock: clock
        ) { () throws(SecretFault) in [("X-API-KEY", try key.read())] }
        self.account = account
        pods = Shared { try await Self.list(account, hostKeys) }
        kept = Kept(for: .seconds(55), clock: clock) { try await Self.types(account, settings) }
    }

    package func offers() async throws -> [Offer] {
        try await kept.answer().map(\.offer).filter { isWanted($0.family) }
    }

    package func create(_ order: PodOrder) async -> Creation {
        let known: ShadeformOffer?
        do { known = try await kept.answer().first { $0.offer.key == order.offerKey } } catch {
            return .refused((error as? ProviderFault) ?? .transient("not asked for: \(error)"))
        }
        guard let known else { return .refused(.noCapacity("it is no longer on offer")) }
        if let most = order.maxCost, known.offer.cost > most {
            return .refused(.noCapacity("it has become dearer"))
        }
        let call = CloudCall(
            .post, "/v1/instances/create", body: body(of: order, known), buckets: ["account"],
            patience: .seconds(25), within: .seconds(60))
        return await account.once(call) { answer in
            let words = answer.json.flatMap(Self.words)
            if answer.json?["error_code"]?.text == "OUT_OF_STOCK" {
                return .refused(.noCapacity(CloudAnswer.presentable(words ?? "out of stock")))
            }
            if answer.isNoOutcome { return .unknown("HTTP \(answer.status)") }
            guard answer.succeeded else { return .refused(answer.fault(words)) }
            guard let id = answer.json?["id"]?.text, !id.isEmpty else {
                return .unknown("the answer names no instance")
            }
            return .created(upstreamID: id)
        }
    }

    func pod(at id: String) async throws -> CloudPod? {
        let path = "/v1/instances/\(CloudCall.part(id))/info"
        let answer = try await account.repeatable(CloudCall(.get, path, buckets: ["account"]))
        if answer.status == 404 { return nil }
        return try Self.pod(try answer.value(words: Self.words), hostKeys)
    }

    func remove(_ id: String) async throws {
        let path = "/v1/instances/\(CloudCall.part(id))/delete"
        let answer = try await account.repeatable(CloudCall(.post, path, buckets: ["account"]))
        guard answer.succeeded || answer.status == 404 else {
            throw answer.fault(answer.json.flatMap(Self.words))
        }
    }

    package func log(label: String, upstreamID: String?) async throws -> String? { nil }

    package func renewExpiry(label: String, upstreamID: String?, until: Instant) async throws {
        var id = upstreamID
        if id == nil { id = try await pods.answer().first { $0.name == label }?.id }
        guard let id else { throw ProviderFault.notFound }
        let call = CloudCall(
            .post, "/v1/instances/\(CloudCall.part(id))/update",
            body: ["auto_delete": ["date_threshold": .string(until.iso8601)]], buckets: ["account"])
        let answer = try await account.repeatable(call)
        guard answer.succeeded else { throw answer.fault(answer.json.flatMap(Self.words)) }
    }

    package func problem() async -> String? {
        do {
            let call = CloudCall(.get, "/v1/sshkeys", buckets: ["account"])
            let keys = try await account.repeatable(call).value(words: Self.words)["ssh_keys"]?.items ?? []
            guard keys.contains(where: { $0["id"]?.text == settings.sshKeyID }) else {
                return "The account has no SSH key with the id \(settings.sshKeyID); look at sshKeyId."
            }
            return nil
        } catch ProviderFault.auth(let words) {
            return "It refuses the key (\(words)); look at apiKeyFile or apiKeyEnv."
        } catch {
            return "Its API does not answer as it should: \(error)"
        }
    }
}
