import Configuration
import Domain
import Foundation
import Outbound

/// One account at a provider: every call to it goes through here, at the account's pace and with its key. The key is in
/// a header and nowhere else: not in a URL, a log or a message.
final class CloudAccount: Sendable {
    /// Why a call has no answer.
    struct Lost: Error, Hashable { let words: String, mayHaveArrived: Bool }

    let pace: Pace
    private let client: OutboundClient
    private let base: String
    private let headers: @Sendable () throws(SecretFault) -> [(name: String, value: String)]
    private let clock: CloudClock
    private let workers = Workers(threads: 8, queue: 128)  // Its own: one that hangs takes nobody else's.

    /// - Parameters:
    ///   - base: `https://host`, or `http://` of this machine, for tests; without a slash at the end.
    ///   - headers: those that prove who we are; read anew for each call, so that a new key needs no restart.
    init(
        base: String, pace: [String: Pace.Bucket], largestBody: Int = 4 << 20, clock: CloudClock = .live,
        headers: @escaping @Sendable () throws(SecretFault) -> [(name: String, value: String)]
    ) {
        self.base = base
        self.clock = clock
        self.headers = headers
        self.pace = Pace(pace, clock: clock)
        let isHere = base.hasPrefix("http://")
        client = OutboundClient(
            policy: OutboundPolicy(
                reach: isHere ? .privateAddresses : .publicAddresses, largestBody: largestBody))
    }

    /// Sends once.
    /// - Throws: `ProviderFault.rateLimited` when its turn does not come in time, and for a 429; `Lost`; `ProviderFault.auth`
    ///   without a key.
    func send(_ call: CloudCall) async throws -> CloudAnswer {
        try await pace.wait(for: call.buckets, patience: call.patience)
        let answer = try await exchange(try request(call))
        guard answer.status != 429 else {
            pace.pause(call.buckets, for: answer.retryAfter)
            throw ProviderFault.rateLimited(
                after: answer.retryAfter.map { Seconds($0.components.seconds) })
        }
        if let time = answer.exhaustedFor { pace.pause(call.buckets, for: time) }
        pace.taken(call.buckets)
        return answer
    }

    /// Sends what may be sent twice, and once more when the provider was in trouble or the answer was lost.
    /// - Throws: also `ProviderFault.transient`.
    func repeatable(_ call: CloudCall) async throws -> CloudAnswer {
        do {
            let answer = try await send(call)
            if answer.status < 500 { return answer }
        } catch is Lost {
        } catch ProviderFault.rateLimited(let after) where (after ?? .zero) <= Seconds(2) {
            // The second turn waits for the end of the pause, or says how long that is.
        }
        try await clock.sleep(.milliseconds(200 + Int(clock.jitter() * 400)))
        do { return try await send(call) } catch let lost as Lost {
            throw ProviderFault.transient(lost.words)
        }
    }

    /// Sends what must not be sent twice. Only a clear “too early” is followed by another try: then nothing was made.
    /// What `read` makes of an answer is the outcome; without a whole answer it is unknown, unless not a byte was sent.
    /// All tries together take no longer than one may: the meter counts a create that takes longer as lost.
    func once(_ call: CloudCall, read: (CloudAnswer) -> Creation) async -> Creation {
        let end = clock.now() + call.patience
        var call = call
        for isLast in [false, false, true] {
            call.patience = max(end - clock.now(), .zero)
            do {
                return read(try await send(call))
            } catch ProviderFault.rateLimited(let after) {
                guard !isLast, (after ?? .zero) <= Seconds(30) else {
                    return .refused(.rateLimited(after: after))
                }
            } catch let lost as Lost {
                return lost.mayHaveArrived ? .unknown(lost.words) : .refused(.transient(lost.words))
            } catch let fault as ProviderFault {
                return .refused(fault)
            } catch {  // Only a task that nobody waits for any more comes here: while it waited for its turn.
                return .refused(.transient("not sent: \(error)"))
            }
        }
        preconditionFailure("the last try returns")
    }

    /// Sends once what nobody waits for: without an answer there is nil.
    func optional(_ call: CloudCall) async throws -> CloudAnswer? {
        do { return try await send(call) } catch is Lost { return nil }
    }

    /// Fetches a file that the provider has put elsewhere, without showing the key there.
    func fetch(_ address: String, within: Duration) async -> CloudAnswer? {
        guard let url = OutboundURL(address), url.isSecure || base.hasPrefix("http://") else { return nil }
        return try? await exchange(OutboundRequest(.get, url, within: within))
    }

    private func request(_ call: CloudCall) throws -> OutboundRequest {
        guard let url = OutboundURL(base + call.target) else {
            throw ProviderFault.invalid("no address: \(call.path)")
        }
        var lines: [(name: String, value: String)]
        do { lines = try headers() } catch { throw ProviderFault.auth("\(error)") }
        lines.append(("Accept", call.isStream ? "text/event-stream" : "application/json"))
        if call.body != nil { lines.append(("Content-Type", "application/json")) }
        var request = OutboundRequest(
            call.method, url, headers: lines, body: Array((call.body?.written ?? "").utf8),
            within: min(call.within, clock.longestAnswer))
        request.isStream = call.isStream
        return request
    }

    private func exchange(_ request: OutboundRequest) async throws -> CloudAnswer {
        do { return CloudAnswer(try await client.send(request, on: workers)) } catch {
            throw Lost(words: "\(error)", mayHaveArrived: error.mayHaveArrived)
        }
    }
}
