import Configuration
import Domain
import Foundation
import JSON

/// Containers at RunPod, by its REST API v2.
///
/// A pod's name is its label. The renter's keys are in its environment, and the outlet's own script starts its SSH
/// server. The API says “no capacity” and “bad request” with the same status, so the words decide.
package final class RunPodProvider: CloudProvider {
    let cloud: CloudSettings
    let settings: RunPodSettings
    let account: CloudAccount
    let hostKeys: HostKeys
    let pods: Shared<[CloudPod]>
    private let kept: Kept<[Offer]>
    private let logTimes: Seldom

    package var estimatedProvisionTime: Seconds { ProviderSettings.runPod(settings).estimatedProvisionTime }

    package convenience init(settings: RunPodSettings, hostKeys: HostKeys) {
        self.init(settings: settings, hostKeys: hostKeys, clock: .live)
    }

    init(settings: RunPodSettings, hostKeys: HostKeys, clock: CloudClock) {
        self.settings = settings
        self.hostKeys = hostKeys
        cloud = settings.cloud
        logTimes = Seldom(every: .seconds(60), clock: clock)
        let key = settings.cloud.apiKey
        let account = CloudAccount(
            base: settings.cloud.url, pace: ["account": Pace.Bucket(every: .seconds(1), burst: 20)],
            clock: clock
        ) { () throws(SecretFault) in [("Authorization", "Bearer " + (try key.read()))] }
        self.account = account
        pods = Shared { try await Self.list(account, hostKeys) }
        kept = Kept(for: .seconds(45), clock: clock) { try await Self.offers(account, settings) }
    }

    package func offers() async throws -> [Offer] { try await kept.answer().filter { isWanted($0.family) } }

    package func create(_ order: PodOrder) async -> Creation {
        guard let offer = RunPodOfferKey(order.offerKey) else {
            return .refused(.invalid("not an offer: \(order.offerKey)"))
        }
        let boot = BootScript(order: order, hostKey: hostKeys.key(of: order.label))
        guard boot.packed.utf8.count <= 90_000 else {
            return .refused(.invalid("the start script is too long for this provider"))
        }
        let call = CloudCall(
            .post, "/v2/pods", body: body(of: order, offer, boot), buckets: ["account"],
            patience: .seconds(40), within: .seconds(70))
        return await account.once(call) { answer in
            let words = answer.json.flatMap(Self.words)
            if let words, Self.saysNoCapacity(words) {
                return .refused(.noCapacity(CloudAnswer.presentable(words)))
            }
            if answer.isNoOutcome { return .unknown("HTTP \(answer.status)") }
            guard answer.succeeded else { return .refused(answer.fault(words)) }
            guard let id = answer.json?["id"]?.text, !id.isEmpty else {
                return .unknown("the answer names no pod")
            }
            return .created(upstreamID: id)
        }
    }

    func pod(at id: String) async throws -> CloudPod? {
        let call = CloudCall(.get, "/v2/pods/" + CloudCall.part(id), buckets: ["account"])
        let answer = try await account.repeatable(call)
        if answer.status == 404 { return nil }
        return try Self.pod(try answer.value(words: Self.words), hostKeys)
    }

    func remove(_ id: String) async throws {
        let call = CloudCall(.delete, "/v2/pods/" + CloudCall.part(id), buckets: ["account"])
        let answer = try await account.repeatable(call)
        guard answer.succeeded || answer.status == 404 else {
            throw answer.fault(answer.json.flatMap(Self.words))
        }
    }

    /// The log comes as a stream of events that does not end; what is there within a second is taken.
    package func log(label: String, upstreamID: String?) async throws -> String? {
        guard let upstreamID, logTimes.isTime(for: label) else { return nil }
        var call = CloudCall(
            .get, "/v2/pods/" + CloudCall.part(upstreamID) + "/logs",
            query: [("source", "container"), ("tail", "500")], buckets: ["account"], patience: .zero,
            within: .milliseconds(1_200))
        call.isStream = true
        guard let answer = try await account.optional(call), answer.succeeded else { return nil }
        let lines = answer.text.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("data:") else { return nil }
            return JSON(Array(line.dropFirst(5).utf8))?["line"]?.text
        }
        return lines.isEmpty ? nil : LogText.tail(lines.joined(separator: "\n"))
    }

    package func charges(since: Instant) async throws -> [ProviderCharge]? {
        let query = [("startTime", since.iso8601), ("bucketSize", "hour")]
        let call = CloudCall(.get, "/v2/billing/pods", query: query, buckets: ["account"])
        let value = try await account.repeatable(call).value(words: Self.words)
        guard let records = value["records"]?.items else { throw ProviderFault.malformed("records") }
        return try records.map { record in
            guard let id = record["podId"]?.text, let amount = record["totalAmount"]?.microDollars,
                let from = record["startTime"]?.instant,
                let to = record["endTime"]?.instant
            else { throw ProviderFault.malformed("charge") }
            return ProviderCharge(upstreamID: id, label: nil, microDollars: amount, from: from, to: to)
        }
    }
}
