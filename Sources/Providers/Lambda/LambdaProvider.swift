import Configuration
import Domain
import Foundation
import JSON

/// Virtual machines of Lambda Cloud.
///
/// An instance's name is its label, and a tag says the same. Lambda wants the name of a key on the account: the operator's.
/// The script that runs at the first boot puts the renter's keys in its place.
package final class LambdaProvider: CloudProvider {
    let cloud: CloudSettings
    let settings: LambdaSettings
    let account: CloudAccount
    let hostKeys: HostKeys
    let pods: Shared<[CloudPod]>

    package var estimatedProvisionTime: Seconds { ProviderSettings.lambda(settings).estimatedProvisionTime }

    package convenience init(settings: LambdaSettings, hostKeys: HostKeys) {
        self.init(settings: settings, hostKeys: hostKeys, clock: .live)
    }

    init(settings: LambdaSettings, hostKeys: HostKeys, clock: CloudClock) {
        self.settings = settings
        self.hostKeys = hostKeys
        cloud = settings.cloud
        let key = settings.cloud.apiKey
        let account = CloudAccount(
            base: settings.cloud.url,
            pace: [
                "account": Pace.Bucket(every: .milliseconds(1_100)),
                "launch": Pace.Bucket(every: .milliseconds(12_500)),
            ], clock: clock
        ) { () throws(SecretFault) in [("Authorization", "Bearer " + (try key.read()))] }
        self.account = account
        pods = Shared { try await Self.list(account, hostKeys) }
    }

    package func offers() async throws -> [Offer] {
        let value = try await read("/api/v1/instance-types")
        guard let types = value["data"]?.members else { throw ProviderFault.malformed("instance types") }
        return types.flatMap { offers($0.value) }.filter { isWanted($0.family) }
    }

    package func create(_ order: PodOrder) async -> Creation {
        let parts = order.offerKey.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return .refused(.invalid("not an offer: \(order.offerKey)")) }
        let boot = BootScript(order: order, hostKey: hostKeys.key(of: order.label))
        var body: JSON = [
            "instance_type_name": .string(parts[0]), "region_name": .string(parts[1]),
            "ssh_key_names": [.string(settings.sshKeyName)], "name": .string(order.label),
            "tags": [["key": "outlet-label", "value": .string(order.label)]],
            "user_data": .string(boot.forMachine(user: Self.user)),
        ]
        if let family = settings.imageFamily { body["image"] = ["family": .string(family)] }
        let call = CloudCall(
            .post, "/api/v1/instance-operations/launch", body: body, buckets: ["account", "launch"],
            patience: .seconds(60), within: .seconds(55))
        return await account.once(call, read: Self.creation)
    }

    func pod(at id: String) async throws -> CloudPod? {
        let call = CloudCall(.get, "/api/v1/instances/" + CloudCall.part(id), buckets: ["account"])
        let answer = try await account.repeatable(call)
        if Self.saysMissing(answer) { return nil }
        guard let instance = try Self.value(of: answer)["data"] else {
            throw ProviderFault.malformed("instance")
        }
        return try Self.pod(instance, hostKeys)
    }

    func remove(_ id: String) async throws {
        let call = CloudCall(
            .post, "/api/v1/instance-operations/terminate", body: ["instance_ids": [.string(id)]],
            buckets: ["account"], patience: .seconds(10))
        let answer = try await account.repeatable(call)
        if !Self.saysMissing(answer) { _ = try Self.value(of: answer) }
    }

    package func log(label: String, upstreamID: String?) async throws -> String? { nil }

    package func problem() async -> String? {
        do {
            let keys = try await read("/api/v1/ssh-keys")["data"]?.items ?? []
            guard keys.contains(where: { $0["name"]?.text == settings.sshKeyName }) else {
                return
                    "The account has no SSH key named \(settings.sshKeyName); add one, or change sshKeyName."
            }
            return nil
        } catch ProviderFault.auth(let words) {
            return "It refuses the key (\(words)); look at apiKeyFile or apiKeyEnv."
        } catch {
            return "Its API does not answer as it should: \(error)"
        }
    }

    private func read(_ path: String) async throws -> JSON {
        try Self.value(of: await account.repeatable(CloudCall(.get, path, buckets: ["account"])))
    }

    static let user = "ubuntu"
}
