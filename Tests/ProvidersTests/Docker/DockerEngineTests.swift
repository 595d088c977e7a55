import Configuration
import Domain
import Foundation
import Programs
import TestSupport
import Testing

@testable import Providers

/// One engine for a whole suite: it starts and stops in seconds.
struct WithEngine: SuiteTrait, TestScoping {
    let kind: TestEngine.Kind
    @TaskLocal static var bench: EngineBench?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let bench = try await EngineBench(kind)
        let result: Result<Void, any Error>
        do { result = .success(try await Self.$bench.withValue(bench) { try await function() }) } catch {
            result = .failure(error)
        }
        bench.engine.close()
        try result.get()
    }
}

extension Trait where Self == WithEngine {
    static func engine(_ kind: TestEngine.Kind) -> Self { WithEngine(kind: kind) }
}

@Suite(
    "Pods on a real dockerd", .serialized, .timeLimit(.minutes(15)),
    .enabled(
        if: TestEngine.problem(.docker) == nil, Comment(rawValue: TestEngine.problem(.docker) ?? "")),
    .enabled("the engine does not start here: see standard error") { await TestEngine.starts(.docker) },
    .engine(.docker))
struct DockerEngineTests {
    let bench: EngineBench

    init() throws { bench = try #require(WithEngine.bench) }

    @Test func `a pod lives from its order to its end`() async throws {
        try await PodLife(bench: bench).live()
    }

    @Test func `a pod is confined`() async throws {
        let provider = try bench.provider(bench.settings())
        let one = try await bench.pod(provider, bench.order("confined-1"))
        let other = try await bench.pod(provider, bench.order("confined-2"))
        let status = try bench.ssh(one, "grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status")
            .output
        // CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID NET_BIND_SERVICE SYS_CHROOT AUDIT_WRITE
        #expect(status.contains("CapEff:\t00000000200404fb"), "\(status)")
        #expect(status.contains("CapBnd:\t00000000200404fb"), "\(status)")
        #expect(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"))
        let limits = try bench.ssh(
            one, "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max"
        ).output
        #expect(limits.contains("1073741824"), "\(limits)")
        try await PodLife(bench: bench).areApart(one, other)
        for name in ["confined-1", "confined-2"] {
            #expect(try await provider.terminate(label: "outlet-test-\(name)", upstreamID: nil) == .gone)
        }
    }

    @Test func `a port that somebody else has is passed over`() async throws {
        let range = try FreePort.range(of: 2)
        let holder = try PortHolder(range.lowerBound)
        let provider = try bench.provider(bench.settings(ports: range))
        let endpoint = try await bench.pod(provider, bench.order("ports"))
        #expect(endpoint.port == range.upperBound)
        let second = await provider.create(try bench.order("ports-2"))
        guard case .refused(.noCapacity) = second else {
            Issue.record("a pod without a port: \(second)")
            return
        }
        #expect(try await provider.list(labelPrefix: "outlet-test-ports-2").isEmpty)
        #expect(try await provider.terminate(label: "outlet-test-ports", upstreamID: nil) == .gone)
        withExtendedLifetime(holder) {}
    }

    @Test func `an image without an SSH server gets one`() async throws {
        let provider = try bench.provider(bench.settings())
        let endpoint = try await bench.pod(
            provider, bench.order("bare", image: TestEngine.bareImage, bootScript: "echo booted > booted"))
        #expect(try bench.ssh(endpoint, "cat booted").output == "booted")
        #expect(
            try await provider.log(label: "outlet-test-bare", upstreamID: nil)?.contains("installing one")
                == true)
        #expect(try await provider.terminate(label: "outlet-test-bare", upstreamID: nil) == .gone)
    }

    @Test func `an image that cannot be had fails the pod in words, and leaves nothing`() async throws {
        let provider = try bench.provider(bench.settings(slots: 1))
        let order = try bench.order("no-image", image: "registry.invalid/nothing:1")
        guard case .created = await provider.create(order) else {
            Issue.record("not taken")
            return
        }
        var state = PodState.pending
        for _ in 0..<1_000 where state == .pending {
            try await Task.sleep(for: .milliseconds(20))
            state = try await provider.get(label: order.label, upstreamID: nil)
        }
        guard case .failed(let reason) = state else {
            Issue.record("\(state)")
            return
        }
        #expect(reason.contains("registry.invalid") || reason.contains("No such image"), "\(reason)")
        #expect(try await provider.offers().first?.free == 1)
        #expect(try await provider.terminate(label: order.label, upstreamID: nil) == .gone)
        #expect(try await provider.get(label: order.label, upstreamID: nil) == .gone)
    }

    @Test func `the engine is reached over TLS with a client's certificate, and not without`() async throws {
        let files = DockerProviderSettings.Endpoint.TLS(
            caFile: bench.folder["tls/ca.pem"], certificateFile: bench.folder["tls/client.pem"],
            keyFile: bench.folder["tls/client.key"])
        let provider = try bench.provider(
            bench.settings(endpoint: .tcp(host: "127.0.0.1", port: bench.tlsPort, tls: files)))
        #expect(await provider.problem() == nil)
        let endpoint = try await bench.pod(provider, bench.order("tls"))
        #expect(try bench.ssh(endpoint, "id -u").output == "0")
        #expect(try await provider.terminate(label: "outlet-test-tls", upstreamID: nil) == .gone)

        var others = files  // The server's own certificate is not for clients.
        others.certificateFile = bench.folder["tls/server.pem"]
        others.keyFile = bench.folder["tls/server.key"]
        let stranger = try bench.provider(
            bench.settings(endpoint: .tcp(host: "127.0.0.1", port: bench.tlsPort, tls: others)))
        #expect(await stranger.problem() != nil)
    }

    @Test func `the engine is reached over ssh, also after the connection was lost`() async throws {
        let server = try SSHDaemon(bench.folder)
        let provider = try bench.provider(bench.settings(endpoint: server.endpoint(socket: bench.socket)))
        #expect(await provider.problem() == nil)
        let endpoint = try await bench.pod(provider, bench.order("tunnel"))
        #expect(try bench.ssh(endpoint, "id -u").output == "0")
        server.dropConnections()
        var state = PodState.unknown("not asked")
        for _ in 0..<200 {  // One call may find the old connection dead.
            if let answer = try? await provider.get(label: "outlet-test-tunnel", upstreamID: nil) {
                state = answer
                break
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(state == .running(endpoint))
        #expect(try await provider.terminate(label: "outlet-test-tunnel", upstreamID: nil) == .gone)

        let nobody = DockerProviderSettings.Endpoint.ssh(
            destination: "root@127.0.0.1", port: try FreePort.next(), socket: bench.socket, identityFile: nil,
            knownHostsFile: nil)
        var settings = try bench.settings(endpoint: nobody)
        settings.code = "silent"
        let problem = try #require(await bench.provider(settings).problem())
        #expect(problem.contains("Connection refused"), "\(problem)")
    }
}

/// Somebody else's program on a port.
final class PortHolder: Sendable {
    private let listener: Int32

    init(_ port: Int) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(listener, 8) == 0 else { throw TestFault("port \(port) is not free") }
    }

    deinit { close(listener) }
}
