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
    private let process: RunningProcess

    package var socket: String { folder["engine.sock"] }
    /// A renter's; its public half lies beside it.
    package var keyFile: String { folder["key"] }

    /// Nil when this machine can run the engine; else why its tests are skipped.
    package static func problem(_ kind: Kind) -> String? {
        guard geteuid() == 0 else { return "\(kind) needs root here" }
        let program = kind == .docker ? "/usr/sbin/dockerd" : "/usr/bin/podman"
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
        folder = try ScratchFolder()
        tlsPort = try FreePort.next()
        try TestImage.make(in: folder)
        process = try Self.start(kind, folder, tlsPort: tlsPort)
        let deadline = ContinuousClock.now + .seconds(60)
        while try curl(["http://d/_ping"]) != "OK" {
            guard ContinuousClock.now < deadline, process.isRunning else {
                throw TestFault("\(kind) does not start: \(folder.read("engine.log").suffix(2_000))")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        for (name, file) in [("outlet-test-pod", "image.tar"), ("outlet-test-bare", "bare.tar")] {
            _ = try curl([
                "-X", "POST", "-H", "Content-Type: application/x-tar", "-T", folder[file],
                "http://d/images/create?fromSrc=-&repo=localhost/\(name)&tag=latest",
            ])
        }
    }

    private static func start(_ kind: Kind, _ folder: ScratchFolder, tlsPort: Int) throws -> RunningProcess {
        let socket = "unix://" + folder["engine.sock"]
        let path = "/usr/sbin:/usr/bin:/sbin:/bin"
        switch kind {
        case .docker:
            try FakeGPUs.install(in: folder)
            try TestCertificates.make(in: folder)
            return try RunningProcess(
                "/usr/sbin/dockerd",
                [
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

    /// What the engine answers; empty when there is no answer.
    private func curl(_ arguments: [String]) throws -> String {
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
        process.stop(within: 30)
        _ = try? Command.run("/bin/umount", ["-R", "-l", folder["data"] + "/overlay"])
    }
}
