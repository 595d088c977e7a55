import Domain
import Foundation
import JSON
import TestSupport
import Testing

@testable import Configuration
@testable import Providers

/// Where keys go, and where they never do.
@Suite(.timeLimit(.minutes(2))) struct SecretTests {
    @Test(arguments: CloudKind.allCases)
    func `the operator's key is in one header and nowhere else, and renters' keys are in no account`(
        kind: CloudKind
    ) async throws {
        let bench = try CloudBench(kind)
        _ = try await bench.provider.offers()
        let id = try await bench.made()
        _ = try await bench.provider.get(label: CloudBench.label(), upstreamID: id)
        _ = try? await bench.provider.log(label: CloudBench.label(), upstreamID: id)
        _ = try await bench.provider.terminate(label: CloudBench.label(), upstreamID: id)
        let requests = bench.cloud.state.withLock { $0.requests }
        #expect(requests.allSatisfy { $0.operation != .other })
        for (operation, request, _) in requests {
            #expect(!request.path.contains(CloudBench.apiKey))
            #expect(!request.query.contains { $0.value.contains(CloudBench.apiKey) })
            #expect(!String(decoding: request.body, as: UTF8.self).contains(CloudBench.apiKey))
            let holders = request.headers.filter { $0.value.contains(CloudBench.apiKey) }
            #expect(holders.count == (operation == .file ? 0 : 1))
            let isKeyed = String(decoding: request.body, as: UTF8.self).contains("AAAAC3NzaC1lZDI1NTE5")
            #expect(!isKeyed || operation == .create)
        }
    }

    @Test(arguments: CloudKind.allCases)
    func `a create carries the renter's key, the host key that is expected, and the start script`(
        kind: CloudKind
    ) async throws {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        let script = try #require(bench.bootScript)
        let files = try BootFiles(script)
        #expect(files.contents(endingIn: "/.ssh/authorized_keys") == CloudBench.key + "\n")
        #expect(files.contents(endingIn: "/boot")?.contains("echo hello from the start script") == true)

        try bench.folder.write(files.contents(endingIn: "/hostkey") ?? "", to: "hostkey")
        chmod(bench.folder["hostkey"], 0o600)
        bench.cloud.set(CloudBench.label(), .running(host: "127.0.0.1", port: 22))
        guard
            case .running(let endpoint) = try await bench.provider.get(
                label: CloudBench.label(), upstreamID: id)
        else {
            Issue.record("it does not run")
            return
        }
        let shown = run(["ssh-keygen", "-l", "-f", bench.folder["hostkey"]])
        #expect(shown.output.contains(try #require(endpoint.hostKeyFingerprint)), "\(shown.error)")
    }

    @Test(arguments: CloudKind.allCases)
    func `a provider's words are passed on short and in one line, and its other fields not at all`(
        kind: CloudKind
    ) async throws {
        let bench = try CloudBench(kind)
        let words = JSON.string("bad\n\u{1b}[31m" + String(repeating: "x", count: 5_000))
        let body: JSON = [
            "detail": words, "msg": words,
            "error": kind == .lambda ? ["code": "c", "message": words] : words,
            "env": "secret-of-the-answer",
        ]
        bench.cloud.next(.create, .reply(422, body: body.written))
        guard case .refused(let fault) = await bench.provider.create(bench.order()) else {
            Issue.record("not refused")
            return
        }
        let text = "\(fault)"
        #expect(text.contains("bad") && !text.contains("secret-of-the-answer"))
        #expect(
            text.count < 300 && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }

    @Test(arguments: [CloudKind.runpod, .vast])
    func `the log of a pod's start is read, and not again at once`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        let id = try await bench.made()
        let log = try await awaited("the log is there") { () -> String? in
            bench.clock.pass(.seconds(61))  // A machine under load may take longer than a log is waited for.
            return try await bench.provider.log(label: CloudBench.label(), upstreamID: id)
        }
        #expect(log.contains("hello from the start script"))
        let asked = bench.cloud.count(.log)
        _ = try await bench.provider.log(label: CloudBench.label(), upstreamID: id)
        #expect(bench.cloud.count(.log) == asked)
    }

    @Test(arguments: CloudKind.allCases)
    func `without a key nothing is sent, and the problem says where to look`(kind: CloudKind) async throws {
        let bench = try CloudBench(kind)
        try FileManager.default.removeItem(atPath: bench.folder["api.key"])
        guard case .refused(.auth) = await bench.provider.create(bench.order()) else {
            Issue.record("not refused")
            return
        }
        #expect(await bench.provider.problem()?.contains("apiKeyFile") == true)
        #expect(bench.cloud.state.withLock { $0.requests.isEmpty })
    }
}

extension CloudBench {
    /// The script that the last create gave its pod.
    var bootScript: String? {
        let body = cloud.state.withLock { state in
            state.requests.last { $0.operation == .create }.flatMap { JSON($0.request.body) }
        }
        func decoded(_ text: String?) -> String? {
            text.flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
        }
        return body?["user_data"]?.text ?? decoded(body?["env"]?[BootScript.variable]?.text)
            ?? decoded(body?["launch_configuration"]?["script_configuration"]?["base64_script"]?.text)
    }
}

/// The files that a boot script writes, by their paths.
struct BootFiles {
    private var files: [(path: String, contents: String)] = []

    init(_ script: String) throws {
        let pattern = try Regex(
            #"echo (\S*) \| base64 -d >>? "([^"]+)""#, as: (Substring, Substring, Substring).self)
        for match in script.matches(of: pattern) {
            let bytes = Data(base64Encoded: String(match.output.1)) ?? Data()
            files.append((String(match.output.2), String(decoding: bytes, as: UTF8.self)))
        }
    }

    func contents(endingIn end: String) -> String? { files.first { $0.path.hasSuffix(end) }?.contents }
}
