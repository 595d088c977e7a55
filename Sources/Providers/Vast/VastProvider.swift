import Configuration
import Domain
import Foundation
import Synchronization

/// Containers on the machines of Vast.ai's hosts.
///
/// What Vast sells is one *ask* of one machine, and asks change by the second. An offer of this outlet is a machine with
/// a number of its GPUs; which ask that is, and whether it still costs what was agreed, is looked up before it is
/// taken. A pod runs in the mode `args`, with the outlet's script in place of Vast's own SSH set-up, which would need
/// keys on the account.
package final class VastProvider: CloudProvider {
    let cloud: CloudSettings
    let settings: VastSettings
    let account: CloudAccount
    let hostKeys: HostKeys
    let pods: Shared<[CloudPod]>
    /// Two pages: whoever asks in the midst of a list waits for the rest of it and for one more.
    let longestList = 50
    private let clock: CloudClock
    private let found = Mutex<(asks: [String: VastAsk], until: ContinuousClock.Instant)?>(nil)
    private let logs: VastLogs

    package var estimatedProvisionTime: Seconds { ProviderSettings.vast(settings).estimatedProvisionTime }

    package convenience init(settings: VastSettings, hostKeys: HostKeys) {
        self.init(settings: settings, hostKeys: hostKeys, clock: .live)
    }

    init(settings: VastSettings, hostKeys: HostKeys, clock: CloudClock) {
        self.settings = settings
        self.hostKeys = hostKeys
        self.clock = clock
        cloud = settings.cloud
        logs = VastLogs(clock: clock)
        let key = settings.cloud.apiKey
        let account = CloudAccount(
            base: settings.cloud.url, pace: Self.pace, largestBody: 24 << 20, clock: clock
        ) { () throws(SecretFault) in [("Authorization", "Bearer " + (try key.read()))] }
        self.account = account
        pods = Shared { try await Self.list(account, hostKeys) }
    }

    /// Each endpoint has its own least distance between two calls; a call that is too early is punished.
    private static let pace = [
        "search": Pace.Bucket(every: .milliseconds(6_500), burst: 2),
        "create": Pace.Bucket(every: .seconds(5)),
        "list": Pace.Bucket(every: .milliseconds(1_100)),
        "get": Pace.Bucket(every: .milliseconds(2_200)),
        "destroy": Pace.Bucket(every: .milliseconds(3_200)),
        "logs": Pace.Bucket(every: .seconds(2)),
        "money": Pace.Bucket(every: .seconds(2)),
    ]

    package func offers() async throws -> [Offer] {
        let asks = try await search()
        found.withLock { $0 = (asks, clock.now() + .seconds(90)) }
        return asks.values.map(\.offer).filter { isWanted($0.family) }
    }

    package func create(_ order: PodOrder) async -> Creation {
        let boot = BootScript(order: order, hostKey: hostKeys.key(of: order.label))
        guard boot.packed.utf8.count <= 90_000 else {
            return .refused(.invalid("the start script is too long for this provider"))
        }
        let ask: VastAsk
        do { ask = try await self.ask(for: order) } catch let fault as ProviderFault {
            return .refused(fault)
        } catch { return .refused(.transient("not asked for: \(error)")) }
        let call = CloudCall(
            .put, "/api/v0/asks/\(ask.id)/", body: body(of: order, boot), buckets: ["create"],
            patience: .seconds(25), within: .seconds(50))
        var failed: String?
        let creation = await account.once(call) { answer in
            failed = Self.failedContract(answer)
            return Self.creation(answer)
        }
        if let failed { return await afterFailedAccept(failed) }
        if case .refused(.noCapacity) = creation { found.withLock { $0?.asks[order.offerKey] = nil } }
        return creation
    }

    /// The contract was made although the pod cannot start: its disk would be billed. It goes at once, or else is a
    /// pod like others, which the outlet watches fail and ends.
    private func afterFailedAccept(_ id: String) async -> Creation {
        guard (try? await terminate(label: "", upstreamID: id)) == .gone else {
            return .created(upstreamID: id)
        }
        return .refused(.noCapacity("the machine took the order and could not start it"))
    }

    /// The ask that stands for an offer now.
    private func ask(for order: PodOrder) async throws -> VastAsk {
        let known = found.withLock { found in
            found.flatMap { $0.until > clock.now() ? $0.asks[order.offerKey] : nil }
        }
        let ask: VastAsk?
        if let known {
            ask = known
        } else {
            guard let machine = VastAsk.machine(of: order.offerKey) else {
                throw ProviderFault.invalid("not an offer: \(order.offerKey)")
            }
            ask = try await search(machine: machine)[order.offerKey]
        }
        guard let ask else { throw ProviderFault.noCapacity("the machine is no longer on offer") }
        if let most = order.maxCost, ask.offer.cost > most {
            throw ProviderFault.noCapacity("it has become dearer")
        }
        return ask
    }

    func pod(at id: String) async throws -> CloudPod? {
        let call = CloudCall(
            .get, "/api/v0/instances/\(CloudCall.part(id))/", query: [("owner", "me")], buckets: ["get"],
            patience: .seconds(6))
        let answer = try await account.repeatable(call)
        if answer.status == 404 { return nil }
        let value = try answer.value(words: Self.words)
        // A missing pod is told as null, so the member itself has to be there.
        guard let member = value.members?.first(where: { $0.name == "instances" }) else {
            throw ProviderFault.malformed("instances")
        }
        return member.value == .null ? nil : try Self.pod(member.value, hostKeys)
    }

    func remove(_ id: String) async throws {
        let call = CloudCall(
            .delete, "/api/v0/instances/\(CloudCall.part(id))/", body: [:], buckets: ["destroy"],
            patience: .seconds(12))
        let answer = try await account.repeatable(call)
        if answer.status == 404 { return }
        let value = try answer.value(words: Self.words)
        if value["success"]?.flag == false { throw ProviderFault.conflict(Self.words(value) ?? "refused") }
    }

    /// Vast puts a log into a file elsewhere, some seconds after it was asked to: what it has put there by now is read.
    package func log(label: String, upstreamID: String?) async throws -> String? {
        guard let upstreamID else { return nil }
        if logs.isTime(for: label) {
            let call = CloudCall(
                .put, "/api/v0/instances/request_logs/\(CloudCall.part(upstreamID))/", body: ["tail": "500"],
                buckets: ["logs"], patience: .zero, within: .seconds(1))
            let answer = try await account.optional(call)
            logs.note(answer?.json?["result_url"]?.text, for: label)
        }
        guard let address = logs.address(for: label),
            let file = await account.fetch(address, within: .milliseconds(800)), file.status == 200
        else { return nil }
        return LogText.tail(file.text)
    }
}

/// Where the logs of pods were put, and how often they are asked for.
final class VastLogs: Sendable {
    private let times: Seldom
    private let addresses = Mutex<[String: String]>([:])

    init(clock: CloudClock) { times = Seldom(every: .seconds(60), clock: clock) }

    func isTime(for label: String) -> Bool { times.isTime(for: label) }
    func address(for label: String) -> String? { addresses.withLock { $0[label] } }

    func note(_ address: String?, for label: String) {
        addresses.withLock { addresses in
            if addresses.count > 1_000 { addresses.removeAll() }
            addresses[label] = address
        }
    }
}
