import Foundation
import Glibc
import TestSupport
import Testing

@testable import FastCGI

/// `outlet-api` on an outlet of its own, started with a listening socket as systemd or spawn-fcgi would.
private final class Responder {
    let folder: ScratchFolder
    let pid: pid_t
    var socket: String { folder["inherited.sock"] }
    private var status: Int32?

    /// - Parameters:
    ///   - descriptor: where it finds the socket.
    ///   - variables: what the shell sets before it becomes the responder, so `$$` is its process id.
    init(socketOn descriptor: Int32, _ variables: String) throws {
        folder = try ScratchFolder()
        let config = folder["outlet.yaml"]
        let made = try Command.run(Executables.path("outletctl"), ["init", "--config", config])
        try #require(made.status == 0, "\(made)")
        let listener = try FastCGIListener.unix(path: folder["inherited.sock"])
        defer { close(listener.descriptor) }
        let handed = fcntl(listener.descriptor, F_DUPFD, 100)  // Without CLOEXEC, for the shell.
        defer { close(handed) }
        let script = """
            \(variables) exec '\(Executables.path("outlet-api"))' --config '\(config)' \
            2>'\(folder["log"])' 0</dev/null \(descriptor)<&\(handed) \(handed)<&-
            """
        let shell = ["/bin/bash", "-c", script]
        let arguments = shell.map { strdup($0) } + [nil]
        defer { for text in arguments { free(text) } }
        var pid: pid_t = 0
        try #require(posix_spawn(&pid, "/bin/bash", nil, nil, arguments, environ) == 0)
        self.pid = pid
    }

    deinit {
        if status == nil {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
    }

    func reply(to bytes: [UInt8]) throws -> Client.Reply {
        let client = try Client(socket)
        client.send(bytes)
        return client.receive()
    }

    /// Asks it to end; its wait status, or nil when it has not ended in time.
    func terminate(within seconds: Int) -> Int32? {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        for _ in 0..<(seconds * 100) {
            if waitpid(pid, &status, WNOHANG) == pid {
                self.status = status
                return status
            }
            usleep(10_000)
        }
        return nil
    }
}

@Suite(.serialized) struct InheritedSocketTests {
    @Test(arguments: [(Int32(0), ""), (3, "export LISTEN_PID=$$ LISTEN_FDS=1;")])
    func `a process serves on the socket it was given, and ends with status 0 on SIGTERM`(
        descriptor: Int32, variables: String
    ) throws {
        let responder = try Responder(socketOn: descriptor, variables)
        let reply = try responder.reply(to: Wire.request("GET", "/v1/health"))
        #expect(reply.text.hasPrefix("Status: "), "\(responder.folder.read("log"))")
        #expect(reply.ended)
        let asked = ContinuousClock.now
        #expect(responder.terminate(within: 10) == 0)
        #expect(ContinuousClock.now - asked < .seconds(3))
        #expect(access(responder.socket, F_OK) == 0)  // The parent's to remove.
    }
}
