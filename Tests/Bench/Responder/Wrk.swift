import Foundation
import TestSupport

/// The load generator: one thread, 16 connections, each asking again when it was answered.
struct Wrk {
    struct Request {
        let url: String
        let headers: [String]
        var script: String?
    }

    struct Outcome: Decodable {
        let requests: Double
        let seconds: Double
        let p99: Double  // Milliseconds.
        let errors: Int
        var perSecond: Double { requests / seconds }
    }

    private static let path = "/usr/bin/wrk"
    static var installed: Wrk? { FileManager.default.isExecutableFile(atPath: path) ? Wrk() : nil }

    func run(_ request: Request, seconds: Int) throws -> Outcome {
        let folder = try ScratchFolder()
        let script = try folder.write((request.script ?? "") + Self.summary, to: "wrk.lua")
        let headers = request.headers.flatMap { ["--header", $0] }
        let result = try Command.run(
            Self.path,
            ["--threads", "1", "--connections", "16", "--duration", "\(seconds)s", "--script", script]
                + headers
                + [request.url], within: Double(seconds) + 30)
        guard result.status == 0, let line = result.output.split(separator: "\n").last else {
            throw TestFault("wrk: \(result)")
        }
        return try JSONDecoder().decode(Outcome.self, from: Data(line.utf8))
    }

    private static let summary = """

        done = function(summary, latency)
           local e = summary.errors
           io.write(string.format('{"requests":%d,"seconds":%.6f,"p99":%.4f,"errors":%d}\\n', summary.requests,
              summary.duration / 1e6, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
        end
        """
}
