import Configuration
import Foundation
import Programs
import TestSupport

@testable import Providers

/// An sshd on a free port of this machine that lets root in by the bench's key.
final class SSHDaemon: Sendable {
    private let daemon: Tether
    private let port: Int
    private let folder: ScratchFolder

    init(_ folder: ScratchFolder) throws {
        self.folder = folder
        port = try FreePort.next()
        let key = HostKey(secret: Data(folder.path.utf8), label: "sshd")
        try folder.write(key.privateFile, to: "sshd_key")
        chmod(folder["sshd_key"], 0o600)
        try folder.write("[127.0.0.1]:\(port) \(key.publicLine)\n", to: "sshd_known")
        try folder.write(
            try String(contentsOfFile: folder["key.pub"], encoding: .utf8), to: "sshd_authorized")
        try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        daemon = try Tether([
            "/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", "-h", folder["sshd_key"], "-p", "\(port)", "-o",
            "ListenAddress=127.0.0.1", "-o", "PidFile=none", "-o", "StrictModes=no", "-o", "UsePAM=no",
            "-o", "AuthorizedKeysFile=\(folder["sshd_authorized"])",
        ])
        let deadline = ContinuousClock.now + .seconds(20)
        while run(["ssh-keyscan", "-T", "2", "-p", "\(port)", "127.0.0.1"]).output.isEmpty {
            guard ContinuousClock.now < deadline else { throw TestFault("sshd: \(daemon.complaint)") }
        }
    }

    func endpoint(socket: String) -> DockerProviderSettings.Endpoint {
        .ssh(
            destination: "root@127.0.0.1", port: port, socket: socket, identityFile: folder["key"],
            knownHostsFile: folder["sshd_known"])
    }

    /// Kills the servers of open connections: processes whose parent is our listener.
    func dropConnections() {
        for listener in ProcessIdentity.listening(folder["sshd_key"]) {
            for child in listener.children { child.kill() }
        }
    }
}

extension ProcessIdentity {
    /// The sshd whose command line names this key.
    fileprivate static func listening(_ key: String) -> [ProcessIdentity] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { pid_t($0) }.filter { pid in
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.first == "/usr/sbin/sshd" && words.contains(key)
        }.compactMap { ProcessIdentity(current: $0) }
    }
}
