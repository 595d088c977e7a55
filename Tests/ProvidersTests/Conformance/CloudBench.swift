import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Configuration
@testable import Providers

/// One adapter before its fake provider, with a clock that jumps: nothing here waits for real.
final class CloudBench: Sendable {
    let cloud: FakeCloud
    let provider: any CloudProvider
    let clock: JumpingClock
    let folder: ScratchFolder

    static let apiKey = "key-of-the-operator-7f3a"

    /// - Parameter patience: how long an answer is waited for, for real.
    init(_ kind: CloudKind, url: String? = nil, patience: Duration = .seconds(60)) throws {
        folder = try ScratchFolder()
        cloud = try FakeCloud(kind.speech)
        clock = JumpingClock(patience: patience)
        try folder.write(Self.apiKey + "\n", to: "api.key")
        chmod(folder["api.key"], 0o600)
        try folder.write("a secret of the tests, and of nobody else", to: "secret.key")
        let settings = CloudSettings(
            code: kind.rawValue, apiKey: .file(folder["api.key"]), url: url ?? cloud.server.url,
            deadline: Seconds(1_200))
        provider = kind.speech.provider(
            settings, HostKeys(secretKeyPath: folder["secret.key"]), clock.cloudClock)
    }

    static let key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB9dG4kjRhQTtWTVzd2t27+t0DEHBPW7iOD23TUiYLio renter@example"

    static let lookKey = LookKey(
        line:
            "restrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH1234567890abcdefghijklmnopqrstuvwxyzABCDEFGH looks-once",
        until: Instant(1_893_456_000))

    static func label(_ number: Int = 1) -> String { "outlet-test-01jx7v3k9m2p4q6r8s0t1v3w5x-\(number)" }

    func order(_ number: Int = 1, maxCost: HourlyCost? = nil) -> PodOrder {
        PodOrder(
            label: Self.label(number), offerKey: cloud.speech.offerKey, authorizedKeys: [Self.key],
            lookKey: Self.lookKey,
            environment: ["GREETING": "it's \"one\" $HOME"], bootScript: "echo hello from the start script",
            image: "docker.io/library/ubuntu:24.04", maxCost: maxCost)
    }

    /// Creates a pod that must be created.
    func made(_ number: Int = 1) async throws -> String {
        let creation = await provider.create(order(number))
        guard case .created(let id) = creation else { throw TestFault("not created: \(creation)") }
        return id
    }

    /// Pods of other people and of other outlets in the same account.
    func addForeign(_ count: Int = 1) {
        cloud.state.withLock { state in
            for number in 0..<count {
                let id = cloud.speech.kind == .vast ? "\(9_000 + number)" : "foreign-\(number)"
                let label = number % 2 == 0 ? nil : "outlet-other-01jx7v3k9m2p4q6r8s0t1v3w5x-1"
                state.pods.append(FakeCloud.Pod(id: id, label: label, offer: [:], stage: .pending))
            }
        }
    }
}

/// Time that passes only where somebody sleeps.
final class JumpingClock: Sendable {
    private let state = Mutex((offset: Duration.zero, slept: [Duration]()))
    private let start = ContinuousClock.now
    private let patience: Duration

    init(patience: Duration) { self.patience = patience }

    var cloudClock: CloudClock {
        CloudClock(
            now: { self.start + self.state.withLock { $0.offset } },
            sleep: { time in
                self.state.withLock { state in
                    state.offset += time
                    state.slept.append(time)
                }
                await Task.yield()
            }, jitter: { 0.5 }, longestAnswer: patience)
    }

    var slept: Duration { state.withLock { $0.slept.reduce(.zero, +) } }

    func pass(_ time: Duration) { state.withLock { $0.offset += time } }
}

/// Asks again until there is an answer.
func awaited<Answer>(_ what: String, _ body: () async throws -> Answer?) async throws -> Answer {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if let answer = try await body() { return answer }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw TestFault("not within a minute: \(what)")
}
