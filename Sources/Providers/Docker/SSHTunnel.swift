import Configuration
import Foundation
import Programs
import Synchronization

/// The socket of a remote engine, brought here by the `ssh` program. It ends with the process that opened it, however
/// that ends, and comes back when the connection was lost.
final class SSHTunnel: Sendable {
    let path: String
    private let arguments: [String]
    private let current = Mutex<Tether?>(nil)
    private let opening = AsyncLock()

    /// - Parameter folder: where the socket is put, under a short name that no other process uses.
    init(_ endpoint: DockerProviderSettings.Endpoint, in folder: String) {
        guard case .ssh(let destination, let port, let socket, let identity, let known) = endpoint else {
            preconditionFailure("a tunnel leads to a place of ssh")
        }
        let number = Self.made.add(1, ordering: .relaxed).newValue
        let local = "\(folder)/e\(getpid()).\(number)"
        path = local
        arguments =
            ["ssh", "-N", "-T"] + Self.options(port: port, identityFile: identity, knownHostsFile: known)
            + [
                "-o", "ExitOnForwardFailure=yes", "-o", "StreamLocalBindUnlink=yes",
                "-o", "StreamLocalBindMask=0177", "-o", "ServerAliveInterval=5",
                "-o", "ServerAliveCountMax=3", "-L", "\(local):\(socket)", "--", destination,
            ]
    }

    private static let made = Atomic<Int>(0)

    /// Sockets of processes that are no more.
    private static func clean(_ folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            guard name.hasPrefix("e"), let pid = pid_t(name.dropFirst().prefix { $0 != "." }),
                kill(pid, 0) != 0, errno == ESRCH
            else { continue }
            unlink(folder + "/" + name)
        }
    }

    /// What every use of `ssh` here has: nothing is asked, nobody unknown is believed, nothing else is forwarded.
    static func options(port: Int?, identityFile: String?, knownHostsFile: String?) -> [String] {
        var options = [
            "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=10",
            "-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "ControlPath=none",
        ]
        if let port { options += ["-p", "\(port)"] }
        if let identityFile { options += ["-i", identityFile, "-o", "IdentitiesOnly=yes"] }
        if let knownHostsFile { options += ["-o", "UserKnownHostsFile=\(knownHostsFile)"] }
        return options
    }

    /// Returns when the socket takes connections.
    func open() async throws {
        try await opening.run {
            if current.withLock({ $0?.isAlive == true }), isListening { return }
            close()
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            Self.clean(folder)
            unlink(path)
            let tether: Tether
            do { tether = try Tether(arguments) } catch {
                throw EngineFault.unusable("the program ssh cannot be started: \(error)")
            }
            current.withLock { $0 = tether }
            let deadline = ContinuousClock.now + .seconds(12)
            while !isListening {
                guard tether.isAlive, ContinuousClock.now < deadline else {
                    close()
                    let words = tether.complaint
                    throw EngineFault.silent(
                        "ssh: \(words.isEmpty ? "no connection in time" : words)", mayHaveActed: false)
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    func close() {
        current.withLock { tether in
            tether?.end()
            tether = nil
        }
    }

    /// ssh makes the socket once it is connected, and has it listen in the same breath.
    private var isListening: Bool { FileManager.default.fileExists(atPath: path) }
}

/// One task at a time; the others wait in line.
actor AsyncLock {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    nonisolated func run<Value: Sendable>(_ work: @Sendable () async throws -> Value) async rethrows -> Value
    {
        await take()
        do {
            let value = try await work()
            await release()
            return value
        } catch {
            await release()
            throw error
        }
    }

    private func take() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func release() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
