import Foundation
import Glibc
import TestSupport

extension OutletBench {
    /// Whole processes, from their start to what they are started for.
    func measureStart(_ report: Report) async throws {
        let outlet = try BenchOutlet()
        var (ready, tick, help): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<rounds * 4 {
            ready.append(try Self.timeToReady(outlet))
            tick.append(try Self.timeOf("outlet-meter", ["tick", "--config", outlet.configuration]))
            help.append(try Self.timeOf("outletctl", ["--help"]))
        }
        report.tell("start", "outlet-api, until it answers", Series(ready, unit: "ms"), goal: .atMost(50))
        report.tell("start", "outlet-meter tick, nothing due", Series(tick, unit: "ms"), goal: .atMost(40))
        report.tell("start", "outletctl --help", Series(help, unit: "ms"), goal: .atMost(30))
    }

    private static func timeToReady(_ outlet: BenchOutlet) throws -> Double {
        let socket = outlet.folder["run/api.sock"]
        unlink(socket)
        let start = ContinuousClock.now
        let process = try outlet.start("outlet-api")
        defer { process.stop() }
        while !UnixSocket.answers(socket) {
            guard ContinuousClock.now - start < .seconds(10) else {
                throw TestFault("outlet-api does not start: \(outlet.folder.read("logs/outlet-api.log"))")
            }
            usleep(200)
        }
        return (ContinuousClock.now - start).milliseconds
    }

    private static func timeOf(_ program: String, _ arguments: [String]) throws -> Double {
        let start = ContinuousClock.now
        let process = try RunningProcess(Executables.path(program), arguments)
        let exit = process.waitForExit()
        guard exit == .status(0) else { throw TestFault("\(process.command) left with \(exit)") }
        return (ContinuousClock.now - start).milliseconds
    }
}

enum UnixSocket {
    /// Whether somebody listens on the socket at `path`.
    static func answers(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) == 0 }
        }
    }
}
