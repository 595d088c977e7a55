import Domain
import Foundation
import JSON
import TestSupport
import Testing

@testable import Configuration
@testable import Providers

/// What each adapter sends in the course of one pod's life, and what the fake provider answers, against committed files. `Tests/Peers/test_provider_specs.py`
/// holds the same files against the providers' own specifications, where they are at hand.
///
/// After a change that is meant: `OUTLET_WRITE_REQUESTS=1 swift test --filter RequestTests`.
@Suite(.timeLimit(.minutes(2))) struct RequestTests {
    private static let isWriting = ProcessInfo.processInfo.environment["OUTLET_WRITE_REQUESTS"] == "1"

    @Test(arguments: CloudKind.allCases)
    func `the requests of a pod's life are the committed ones`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        let provider = bench.provider
        _ = try await provider.offers()
        _ = await provider.problem()
        let id = try await bench.made()
        _ = try await provider.list(labelPrefix: "outlet-")
        _ = try await provider.pod(at: id)
        _ = try await provider.log(label: CloudBench.label(), upstreamID: id)
        _ = try await provider.balance()
        _ = try await provider.charges(since: Instant(1_795_219_200))
        try await provider.renewExpiry(
            label: CloudBench.label(), upstreamID: id, until: Instant(1_795_305_600))
        _ = try await provider.terminate(label: CloudBench.label(), upstreamID: id)

        let folder = Executables.packageFolder + "/Tests/ProvidersTests/Requests/\(kind)"
        var written: Set<String> = []
        for (operation, request, reply) in bench.cloud.state.withLock({ $0.requests })
        where operation != .file {
            let name = "\(operation)" + (operation == .money ? "-" + lastWord(request.path) : "")
            guard written.insert(name).inserted else { continue }
            let text = try pretty(request, reply, url: bench.cloud.server.url)
            let path = folder + "/\(name).json"
            if Self.isWriting {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            }
            let committed = FileManager.default.contents(atPath: path).map {
                String(decoding: $0, as: UTF8.self)
            }
            #expect(text == committed, "\(kind)/\(name).json")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".json")
        }
        #expect(Set(files) == Set(written.map { $0 + ".json" }))
    }

    private func lastWord(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }

    /// Method, path, query, body and answer, with the start script as a word: it has tests of its own.
    private func pretty(_ request: FakeServer.Request, _ reply: FakeServer.Reply, url: String) throws
        -> String
    {
        var value: JSON = [
            "method": .string(request.method), "path": .string(request.path),
            "query": .object(request.query.map { JSON.Member(name: $0.name, value: .string($0.value)) }),
        ]
        if let body = JSON(request.body) { value["body"] = withoutScript(body) }
        if case .answer(let status, _, let body) = reply {
            var answer: JSON = ["status": .number("\(status)")]
            answer["body"] = JSON(Array(body.replacing(url, with: "https://files.example.org").utf8))
            value["answer"] = answer
        }
        let object = try JSONSerialization.jsonObject(with: Data(value.written.utf8))
        let bytes = try JSONSerialization.data(
            withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    private func withoutScript(_ value: JSON) -> JSON {
        guard case .object(let members) = value else { return value }
        return .object(
            members.map { member in
                let isScript = [BootScript.variable, "user_data", "base64_script"].contains(member.name)
                return JSON.Member(
                    name: member.name, value: isScript ? "<start script>" : withoutScript(member.value))
            })
    }
}
