import CSupport
import Foundation
import Glibc

/// A real container engine of the tests' own in one folder, with images that were made of this machine's programs.
package final class TestEngine: Sendable {
    package enum Kind: String, Sendable, CaseIterable { case docker, podman }

    package static let image = "localhost/outlet-test-pod:latest"
    package static let bareImage = "localhost/outlet-test-bare:latest"  // Without an SSH server.

    package let kind: Kind
    package let folder: ScratchFolder
    package let tlsPort: Int
    package let hasCDI: Bool  // GPUs are had by CDI, else by NVIDIA's driver and a hook.
    private let process: RunningProcess
    private let turn: Turn

    package var socket: String { folder["engine.sock"] }
    /// A renter's; its public half lies beside it.
    package var keyFile: String { folder["key"] }

    /// The machine's, unless `OUTLET_TEST_DOCKERD` names another.
    private static var dockerd: String {
        ProcessInfo.processInfo.environment["OUTLET_TEST_DOCKERD"] ?? "/usr/sbin/dockerd"
    }

    /// Docker 25 brought CDI.
    private static func hasCDI(_ kind: Kind) throws -> Bool {
        guard kind == .docker else { return false }
        let words = try Command.run(dockerd, ["--version"]).output.split(separator: " ")
        return words.count > 2 && words[2].split(separator: ".").first.flatMap { Int($0) } ?? 0 >= 25
    }

    /// Nil when this machine can run the engine; else why its tests are skipped.
    package static func problem(_ kind: Kind) -> String? {
        guard geteuid() == 0 else { return "\(kind) needs root here" }
        let program = kind == .docker ? dockerd : "/usr/bin/podman"
        for needed in [program, "/usr/sbin/sshd", "/usr/bin/curl", "/usr/bin/openssl"] {
            guard FileManager.default.isExecutableFile(atPath: needed) else {
                return "\(needed) is not installed"
            }
        }
        return nil
    }

    /// - Throws: `TestFault` with the engine's own words when it does not start.
    package init(_ kind: Kind) async throws {
        self.kind = kind
        let deadline = ContinuousClock.now + .seconds(480)
        var turn: Turn?
        while turn == nil {
            guard ContinuousClock.now < deadline else {
                throw TestFault("another test has had its \(kind) for eight minutes")
            }
            turn = Turn(kind)
            try await Task.sleep(for: .milliseconds(100))
        }
        self.turn = turn!
        folder = try ScratchFolder()
        tlsPort = try FreePort.next()
        hasCDI = try Self.hasCDI(kind)
        process = try Self.start(kind, folder, tlsPort: tlsPort, hasCDI: hasCDI)
        try await Self.awaitAnswer(kind, process, folder)
        try TestImage.make(in: folder)
        for (name, file) in [("outlet-test-pod", "image.tar"), ("outlet-test-bare", "bare.tar")] {
            _ = try curl([
                "-X", "POST", "-H", "Content-Type: application/x-tar", "-T", folder[file],
                "http://d/images/create?fromSrc=-&repo=localhost/\(name)&tag=latest",
            ])
        }
    }

    private static func start(
        _ kind: Kind, _ folder: ScratchFolder, tlsPort: Int, hasCDI: Bool
    ) throws -> RunningProcess {
        let socket = "unix://" + folder["engine.sock"]
        let path = "/usr/sbin:/usr/bin:/sbin:/bin"
        switch kind {
        case .docker:
            try FakeGPUs.install(in: folder)
            try TestCertificates.make(in: folder)
            return try RunningProcess(
                dockerd,
                (hasCDI ? ["--config-file", folder["daemon.json"]] : []) + [
                    "--data-root", folder["data"], "--exec-root", folder["exec"], "--pidfile", folder["pid"],
                    "--bridge", "none", "-H", socket, "-H", "tcp://127.0.0.1:\(tlsPort)", "--tlsverify",
                    "--tlscacert", folder["tls/ca.pem"], "--tlscert", folder["tls/server.pem"], "--tlskey",
                    folder["tls/server.key"],
                ], environment: ["PATH": folder["hook"] + ":" + path], output: folder["engine.log"])
        case .podman:
            try folder.write("[engine]\nruntime=\"runc\"\n", to: "containers.conf")
            return try RunningProcess(
                "/usr/bin/podman",
                [
                    "--root", folder["data"], "--runroot", folder["exec"], "--cgroup-manager", "cgroupfs",
                    "system", "service", "--time", "0", socket,
                ], environment: ["PATH": path, "CONTAINERS_CONF": folder["containers.conf"]],
                output: folder["engine.log"])
        }
    }

    private static func awaitAnswer(
        _ kind: Kind, _ process: RunningProcess, _ folder: ScratchFolder
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try curl(folder["engine.sock"], ["http://d/_ping"]) != "OK" {
            guard ContinuousClock.now < deadline, process.isRunning else {
                throw TestFault("\(kind) does not start: \(folder.read("engine.log").suffix(2_000))")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Whether the engine starts on this machine; why not is told on standard error. One that another test has got
    /// running is proof enough.
    package static func starts(_ kind: Kind) async -> Bool {
        guard problem(kind) == nil else { return false }
        guard let turn = Turn(kind) else { return true }
        defer { withExtendedLifetime(turn) {} }
        do {
            let folder = try ScratchFolder()
            let process = try start(kind, folder, tlsPort: FreePort.next(), hasCDI: hasCDI(kind))
            defer { process.stop(within: 30) }
            try await awaitAnswer(kind, process, folder)
            return true
        } catch {
            FileHandle.standardError.write(Data("tests are skipped: \(error)\n".utf8))
            return false
        }
    }

    /// What the engine answers; empty when there is no answer.
    private func curl(_ arguments: [String]) throws -> String { try Self.curl(socket, arguments) }

    private static func curl(_ socket: String, _ arguments: [String]) throws -> String {
        try Command.run("/usr/bin/curl", ["-s", "--unix-socket", socket] + arguments, within: 120).output
    }

    /// Removes every container, and ends the engine.
    package func close() {
        let list = (try? curl(["http://d/containers/json?all=true"])) ?? ""
        let containers = (try? JSONSerialization.jsonObject(with: Data(list.utf8))) as? [[String: Any]]
        for container in containers ?? [] {
            guard let id = container["Id"] as? String else { continue }
            _ = try? curl(["-X", "DELETE", "http://d/containers/\(id)?force=1&v=1"])
        }
        _ = try? curl(["-X", "POST", "http://d/networks/prune"])  // Else its bridges stay behind.
        process.stop(within: 30)
        _ = try? Command.run("/bin/umount", ["-R", "-l", folder["data"] + "/overlay"])
    }
}

/// One engine of a kind on the machine at a time, whatever processes test: two dockerds take each other's rules out of
/// iptables. Nil when somebody else has the turn.
private final class Turn: Sendable {
    private let file: Int32

    init?(_ kind: TestEngine.Kind) {
        file = open("/tmp/outlet-test-\(kind).lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0, outlet_flock(file, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    deinit { if file >= 0 { close(file) } }
}
