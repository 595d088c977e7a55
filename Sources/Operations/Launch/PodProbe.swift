import Dispatch
import Domain
import Foundation
import Programs
import Providers

/// What the meter does at a pod's SSH server before anybody pays. Tests put closures of their own.
package struct PodProbe: Sendable {
    /// The host keys that the server shows, each after an exchange that proves it has them; none: it did not answer.
    package var hostKeys: @Sendable (Endpoint) async throws -> [SSHPublicKey]
    /// Signs in to a server that must show one of these keys, and runs a command of `sh`; answers what it prints, at
    /// most 64 KiB.
    package var run: @Sendable (Endpoint, [SSHPublicKey], OneTimeKey, String) async throws -> String

    package init(
        hostKeys: @escaping @Sendable (Endpoint) async throws -> [SSHPublicKey],
        run: @escaping @Sendable (Endpoint, [SSHPublicKey], OneTimeKey, String) async throws -> String
    ) {
        self.hostKeys = hostKeys
        self.run = run
    }

    /// By OpenSSH's own programs.
    package static let openSSH = PodProbe(
        hostKeys: { endpoint in
            try await aside {
                let scan = try Command.run(
                    [
                        "ssh-keyscan", "-T", "5", "-p", "\(endpoint.port)", "-t", "ed25519,ecdsa,rsa", "--",
                        endpoint.host,
                    ], seconds: 12)
                return scan.output.split(separator: "\n").compactMap(hostKey)
            }
        },
        run: { endpoint, hostKeys, key, command in
            try await aside { try signIn(to: endpoint, showing: hostKeys, with: key, command) }
        })

    /// `host type base64`; comments and nonsense are none.
    private static func hostKey(_ line: Substring) -> SSHPublicKey? {
        let words = line.split(separator: " ")
        guard words.count == 3, !line.hasPrefix("#") else { return nil }
        return try? SSHPublicKey(line: "\(words[1]) \(words[2])")
    }

    private static func signIn(
        to endpoint: Endpoint, showing hostKeys: [SSHPublicKey], with key: OneTimeKey, _ command: String
    ) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "outlet-look-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String, _ text: String) -> String {
            let path = folder.appendingPathComponent(name).path
            _ = FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
            return path
        }
        let known = hostKeys.map { "pod \($0.line)\n" }.joined()
        let options = [
            "BatchMode=yes", "IdentitiesOnly=yes", "IdentityAgent=none", "StrictHostKeyChecking=yes",
            "HostKeyAlias=pod", "UserKnownHostsFile=\(file("known", known))",
            "GlobalKnownHostsFile=/dev/null", "PreferredAuthentications=publickey", "ConnectTimeout=8",
            "LogLevel=ERROR", "ClearAllForwardings=yes", "ForwardAgent=no", "RequestTTY=no",
        ]
        let ssh =
            [
                "ssh", "-F", "/dev/null", "-i", file("key", key.file), "-p", "\(endpoint.port)", "-l",
                endpoint.user,
            ] + options.flatMap { ["-o", $0] } + ["--", endpoint.host, command]
        // A stranger's server may print for ever: `head` hangs up.
        let limited = ["sh", "-c", "\"$@\" 2>&1 | head -c 65536", "sh"] + ssh
        return try Command.run(limited, seconds: 20).output
    }
}
