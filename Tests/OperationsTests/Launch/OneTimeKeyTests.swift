import Domain
import Foundation
import Providers
import TestSupport
import Testing

@testable import Operations

/// The real programs, against a real server.
@Suite(.serialized) struct `The outlet's one-time key` {
    @Test func `signs in to a real SSH server, sees its GPUs, and lets itself out for good`() async throws {
        let server = try RealServer(gpus: "NVIDIA H100 80GB HBM3, 81559\nNVIDIA H100 80GB HBM3, 81559\n")
        let key = OneTimeKey(label: "outlet-test-x-1", of: SecretKey([UInt8](repeating: 5, count: 32)))
        let renter = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ada"
        try server.authorize([renter, key.line])
        let probe = PodProbe.openSSH
        let keys = try await probe.hostKeys(server.endpoint)
        #expect(keys.map(\.fingerprint) == [server.fingerprint])
        let text = try await probe.run(server.endpoint, keys, key, PodScript.look)
        #expect(text.contains(PodScript.isIn), "\(text)")
        #expect(
            SeenGPU.all(in: text)
                == Array(repeating: SeenGPU(name: "NVIDIA H100 80GB HBM3", memory: 81_559), count: 2))
        let removal = try await probe.run(server.endpoint, keys, key, PodScript.forget(key))
        #expect(removal.contains(PodScript.isForgotten), "\(removal)")
        #expect(try server.authorizedKeys() == "\(renter)\n")
        let again = try await probe.run(server.endpoint, keys, key, PodScript.look)
        #expect(!again.contains(PodScript.isIn))
    }

    @Test func `is not shown to a server with another host key, nor to no server`() async throws {
        let server = try RealServer(gpus: "")
        let key = OneTimeKey(label: "outlet-test-x-1", of: SecretKey([UInt8](repeating: 5, count: 32)))
        try server.authorize([key.line])
        let other = aKey(8)
        let text = try await PodProbe.openSSH.run(server.endpoint, [other], key, PodScript.look)
        #expect(!text.contains(PodScript.isIn))
        let nowhere = Endpoint(
            host: "127.0.0.1", port: try FreePort.next(), user: "root", hostKeyFingerprint: nil)
        #expect(try await PodProbe.openSSH.hostKeys(nowhere).isEmpty)
    }
}

/// An sshd of this user's, whose home is a scratch folder with a program `nvidia-smi`.
private final class RealServer {
    let folder: ScratchFolder
    let endpoint: Endpoint
    let fingerprint: String
    private let process: RunningProcess

    init(gpus: String) throws {
        folder = try ScratchFolder()
        let home = folder["home"]
        try FileManager.default.createDirectory(
            atPath: home + "/.ssh", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.createDirectory(atPath: home + "/bin", withIntermediateDirectories: true)
        _ = FileManager.default.createFile(
            atPath: home + "/bin/nvidia-smi",
            contents: Data("#!/bin/sh\nprintf '\(gpus.replacing("\n", with: "\\n"))'\n".utf8),
            attributes: [.posixPermissions: 0o755])
        let made = try TestSupport.Command.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", folder["host"]])
        guard made.status == 0 else { throw TestFault("ssh-keygen: \(made)") }
        let line = try String(contentsOfFile: folder["host.pub"], encoding: .utf8)
        fingerprint = try SSHPublicKey(line: line).fingerprint
        let port = try FreePort.next()
        let config = """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(folder["host"])
            AuthorizedKeysFile \(home)/.ssh/authorized_keys
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            StrictModes no
            UsePAM no
            PidFile none
            SetEnv HOME=\(home) PATH=\(home)/bin:/usr/bin:/bin
            """
        try config.write(toFile: folder["config"], atomically: true, encoding: .utf8)
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        process = try RunningProcess(
            "/usr/sbin/sshd", ["-D", "-e", "-f", folder["config"]], output: folder["log"])
        endpoint = Endpoint(host: "127.0.0.1", port: port, user: NSUserName(), hostKeyFingerprint: nil)
        try waitForBanner()
    }

    private func waitForBanner() throws {
        for _ in 0..<1_000 {
            let answer = try TestSupport.Command.run(
                "/usr/bin/ssh-keyscan", ["-T", "1", "-p", "\(endpoint.port)", "127.0.0.1"])
            if !answer.output.isEmpty { return }
        }
        throw TestFault(
            (try? String(contentsOfFile: folder["log"], encoding: .utf8)) ?? "sshd does not start")
    }

    func authorize(_ lines: [String]) throws {
        let path = folder["home"] + "/.ssh/authorized_keys"
        try lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    func authorizedKeys() throws -> String {
        try String(contentsOfFile: folder["home"] + "/.ssh/authorized_keys", encoding: .utf8)
    }
}
