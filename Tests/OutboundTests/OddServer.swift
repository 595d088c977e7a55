import Foundation
import Outbound
import TestSupport

/// `odd_server.py`, for as long as somebody holds it.
final class OddServer: Sendable {
    let folder: ScratchFolder
    private let ports: [String: Int]
    private let process: RunningProcess

    /// - Parameter tls: also on ports with certificates, good ones and others.
    init(tls: Bool = false) async throws {
        let folder = try ScratchFolder()
        self.folder = folder
        let script = Executables.packageFolder + "/Tests/OutboundTests/odd_server.py"
        process = try RunningProcess(
            "/usr/bin/env", ["python3", script, folder.path] + (tls ? ["tls"] : []), output: folder["log"])
        ports = try await eventually("the odd server listens", within: 60) {
            try? JSONDecoder().decode([String: Int].self, from: Data(folder.read("ports").utf8))
        }
    }

    func url(_ path: String, port: String = "plain", host: String = "127.0.0.1") throws -> OutboundURL {
        let text = "\(port == "plain" ? "http" : "https")://\(host):\(ports[port]!)\(path)"
        guard let url = OutboundURL(text) else { throw TestFault("no URL: \(text)") }
        return url
    }

    /// One that may reach this server, and gives up soon.
    func client(
        within: Duration = .seconds(20), largestBody: Int = 100_000, caFile: String? = nil,
        clientCertificate: OutboundPolicy.ClientCertificate? = nil
    ) -> OutboundClient {
        OutboundClient(
            policy: OutboundPolicy(
                reach: .privateAddresses, within: within, largestBody: largestBody, caFile: caFile,
                clientCertificate: clientCertificate))
    }

    /// The request lines that arrived with this in them.
    func arrived(_ text: String) -> Int {
        folder.read("requests").split(separator: "\n").count { $0.contains(text) }
    }
}

/// What `/echo` tells of the request that it got.
struct Echo: Decodable {
    let line: String
    let headers: [String]
    let body: String
    let connection: Int

    init(_ response: OutboundResponse) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(response.body))
    }
}
