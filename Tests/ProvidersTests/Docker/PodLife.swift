import Domain
import Foundation
import Programs
import Testing

@testable import Providers

/// The life of a CPU pod, the same on every engine.
struct PodLife {
    let bench: EngineBench

    func live() async throws {
        let provider = try bench.provider(bench.settings(slots: 1))
        let offer = try #require(try await provider.offers().first)
        #expect(offer.free == 1 && offer.gpuCount == 1)

        let secret = #"p@ss "word" 'x' $HOME"#
        let order = try bench.order(
            "life", environment: ["TOKEN": secret],
            bootScript: "echo \"token $TOKEN\"; echo booted > booted")
        let endpoint = try await bench.pod(provider, order)
        #expect(endpoint.user == "root" && endpoint.host == "127.0.0.1")

        // A login, its environment, a terminal, and the key that answers.
        let hello = try bench.ssh(endpoint, "id -u; echo \"$TOKEN\"")
        #expect(hello.output == "0\n\(secret)", "\(hello.error)")
        #expect(try bench.ssh(endpoint, "tty", ["-tt"]).output.hasPrefix("/dev/pts/"))
        let shown = run(["ssh-keygen", "-l", "-f", bench.folder["known-\(endpoint.port)"]])
        #expect(shown.output.contains(try #require(endpoint.hostKeyFingerprint)))
        var booted = ""
        for _ in 0..<100 where booted.isEmpty {
            booted = try bench.ssh(endpoint, "cat booted 2>/dev/null").output
        }
        #expect(booted == "booted")
        var log = ""
        for _ in 0..<100 where !log.contains("token") {
            log = try await provider.log(label: order.label, upstreamID: nil) ?? ""
        }
        #expect(log.contains("token [TOKEN]") && !log.contains("p@ss"), "\(log)")

        // The same order again is the same pod, and the only place is taken.
        guard case .created(let again) = await provider.create(order) else {
            Issue.record("the same order made trouble")
            return
        }
        let pods = try await provider.list(labelPrefix: "outlet-test-life")
        #expect(
            pods == [
                Pod(label: order.label, upstreamID: again, state: .running(endpoint), offerKey: "cpu/Here/1")
            ])
        #expect(try await provider.offers().first?.free == 0)
        let other = await provider.create(try bench.order("life-2"))
        guard case .refused(.noCapacity) = other else {
            Issue.record("two pods in one place: \(other)")
            return
        }

        // Another process sees the same, without having seen its making.
        let restarted = try bench.provider(provider.machine.settings)
        #expect(try await restarted.get(label: order.label, upstreamID: again) == .running(endpoint))

        // Its end, an open login included, and once more.
        let login = try Companion(
            ["ssh", "-F", "none", "-i", bench.folder["key"], "-o", "StrictHostKeyChecking=no", "-o"]
                + ["UserKnownHostsFile=/dev/null", "-p", "\(endpoint.port)", "root@127.0.0.1", "sleep 1000"])
        #expect(login.identity.isAlive)
        let began = ContinuousClock.now
        #expect(try await restarted.terminate(label: order.label, upstreamID: again) == .gone)
        #expect(began.duration(to: .now) < .seconds(9), "it was asked to end, not killed")
        #expect(try await restarted.terminate(label: order.label, upstreamID: again) == .gone)
        #expect(try await provider.get(label: order.label, upstreamID: again) == .gone)
        #expect(try await provider.log(label: order.label, upstreamID: again) == nil)
        #expect(try await provider.list(labelPrefix: "outlet-test-life").isEmpty)
        await #expect(throws: (any Error).self) {
            try await SSHBanner.read(host: "127.0.0.1", port: endpoint.port, timeout: .seconds(2))
        }
        #expect(try await provider.offers().first?.free == 1)
    }

    /// Both answer the machine, and not each other.
    func areApart(_ one: Endpoint, _ other: Endpoint) async throws {
        let hosts = try bench.ssh(other, "cat /etc/hosts").output
        let line = hosts.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }.first {
            $0.contains("pod")
        }
        let address = try #require(line?.first, "\(hosts)")
        let own = try bench.ssh(other, "exec 3<>/dev/tcp/\(address)/22 && head -c 7 <&3")
        #expect(own.output == "SSH-2.0", "\(own.error)")
        let across = try bench.ssh(
            one, "(exec 3<>/dev/tcp/\(address)/22) & p=$!; sleep 3; kill $p 2>/dev/null && echo blocked")
        #expect(across.output == "blocked", "\(across)")
    }
}
