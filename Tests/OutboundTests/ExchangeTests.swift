import Foundation
import Outbound
import TestSupport
import Testing

@Suite struct `An exchange` {
    let server: OddServer
    init() async throws { server = try await OddServer() }

    private func failure(_ path: String, _ client: OutboundClient? = nil) throws -> OutboundError {
        let request = OutboundRequest(
            .post, try server.url(path + "?key=sk_canary"), headers: [("Authorization", "Bearer sk_canary")],
            body: Array("sk_canary".utf8))
        let error = try #require(throws: OutboundError.self) { try (client ?? server.client()).send(request) }
        #expect(!"\(error)".contains("canary") && !String(reflecting: error).contains("canary"))
        return error
    }

    @Test func `sends what it was given, and little else`() throws {
        let request = OutboundRequest(
            .post, try server.url("/echo?a=b%20c"),
            headers: [("Content-Type", "text/plain"), ("X-Empty", ""), ("X-Text", "a: b;")],
            body: Array("@/etc/passwd&x=1".utf8))
        let response = try server.client().send(request)
        let echo = try Echo(response)
        #expect(response.status == 200 && response.header("content-type") == "application/json")
        #expect(echo.line == "POST /echo?a=b%20c HTTP/1.1" && echo.body == "@/etc/passwd&x=1")
        let names = echo.headers.map { $0.prefix { $0 != ":" }.lowercased() }.sorted()
        #expect(
            names == ["accept", "content-length", "content-type", "host", "user-agent", "x-empty", "x-text"])
        #expect(echo.headers.contains("X-Text: a: b;") && echo.headers.contains("Content-Length: 16"))
    }

    @Test(arguments: [OutboundRequest.Method.get, .post, .put, .patch, .delete])
    func `uses its method, with a body and without`(method: OutboundRequest.Method) throws {
        for body in ["", "{\"a\":1}"] where method != .get || body.isEmpty {
            let request = OutboundRequest(method, try server.url("/echo"), body: Array(body.utf8))
            let echo = try Echo(server.client().send(request))
            #expect(echo.line == "\(method.rawValue) /echo HTTP/1.1" && echo.body == body)
            #expect(!echo.headers.contains { $0.lowercased().hasPrefix("content-type") })
        }
    }

    @Test(arguments: ["/hang", "/drip"])
    func `ends at its deadline, however the answer is drawn out`(path: String) throws {
        let started = ContinuousClock.now
        let error = try failure(path, server.client(within: .milliseconds(700)))
        #expect(error.reason == .timedOut && error.mayHaveArrived)
        #expect(ContinuousClock.now - started < .seconds(10))
    }

    @Test func `a stream is what came of it in time, and one that never began is none`() throws {
        let client = server.client(within: .milliseconds(900))
        var request = OutboundRequest(.get, try server.url("/drip"))
        request.isStream = true
        let response = try client.send(request)
        #expect(response.status == 200 && !response.body.isEmpty && response.body.allSatisfy { $0 == 0x78 })
        request.url = try server.url("/hang")
        let error = #expect(throws: OutboundError.self) { try client.send(request) }
        #expect(error?.reason == .timedOut)
    }

    @Test(arguments: ["/huge", "/endless", "/heads"])
    func `takes no more than it was allowed`(path: String) throws {
        let error = try failure(path)
        #expect(error.reason == .tooLarge && error.mayHaveArrived)
    }

    @Test func `takes as much as it was allowed`() throws {
        let size = try server.client().send(OutboundRequest(.get, server.url("/echo"))).body.count
        let request = OutboundRequest(.get, try server.url("/echo"))
        #expect(try server.client(largestBody: size).send(request).body.count == size)
        let error = #expect(throws: OutboundError.self) {
            try server.client(largestBody: size - 1).send(request)
        }
        #expect(error?.reason == .tooLarge)
    }

    @Test(arguments: ["/torn", "/torn-chunk", "/silent"])
    func `that breaks off is not taken for whole`(path: String) throws {
        let error = try failure(path)
        #expect(error.reason == .torn && error.mayHaveArrived)
        #expect(server.arrived(path + "?") == 1, "nothing is sent twice")
    }

    @Test func `with what is not HTTP is malformed`() throws {
        #expect(try failure("/garbage").reason == .malformed)
    }

    @Test func `does not follow where it is sent on to`() throws {
        let response = try server.client().send(OutboundRequest(.get, server.url("/redirect")))
        #expect(response.status == 302 && response.header("location") == "/echo")
        #expect(server.arrived("/echo") == 0)
    }

    @Test func `leaves a compressed answer compressed`() throws {
        let response = try server.client().send(OutboundRequest(.get, server.url("/bomb")))
        #expect(response.header("content-encoding") == "gzip" && response.body.count < 100_000)
    }

    @Test func `has the headers of its last answer, without interim ones and trailers`() throws {
        let response = try server.client().send(OutboundRequest(.get, server.url("/interim")))
        #expect(response.status == 200 && response.body == Array("ok".utf8))
        #expect(response.header("x-late") == "yes")
        #expect(response.header("x-early") == nil && response.header("x-trailer") == nil)
    }

    @Test func `has no one value of a header that came twice`() throws {
        let response = try server.client().send(OutboundRequest(.get, server.url("/twice")))
        #expect(response.header("x-twice") == nil && response.header("x-once") == "3")
        #expect(response.headers.filter { $0.name == "x-twice" }.map(\.value) == ["1", "2"])
    }

    @Test func `keeps its connection for a GET, and takes a new one for what must not be repeated`() throws {
        let client = server.client()
        func connection(_ method: OutboundRequest.Method) throws -> Int {
            try Echo(client.send(OutboundRequest(method, server.url("/echo")))).connection
        }
        let first = try connection(.get)
        #expect(try connection(.get) == first)
        #expect(try connection(.post) != first)
    }

    @Test func `outlives a kept connection that is gone`() throws {
        let client = server.client()
        for _ in 0..<20 {
            #expect(try client.send(OutboundRequest(.get, server.url("/dead"))).status == 200)
            #expect(try client.send(OutboundRequest(.post, server.url("/dead"))).status == 200)
        }
        #expect(server.arrived("POST /dead") == 20)
    }

    @Test func `to a port where nobody listens did certainly not arrive`() throws {
        let url = try #require(OutboundURL("http://127.0.0.1:\(try FreePort.next())/"))
        let error = #expect(throws: OutboundError.self) {
            try server.client().send(OutboundRequest(.post, url))
        }
        #expect(error?.reason == .couldNotConnect && error?.mayHaveArrived == false)
    }

    @Test func `to a name that does not exist did certainly not arrive`() throws {
        let url = try #require(OutboundURL("https://nowhere.invalid/"))
        let error = #expect(throws: OutboundError.self) {
            try OutboundClient().send(OutboundRequest(.get, url))
        }
        #expect(error?.reason == .couldNotResolve && error?.mayHaveArrived == false)
    }

    @Test func `refuses this machine and private networks unless they are declared`() throws {
        for url in ["https://127.0.0.1:1/", "https://localhost:1/", "https://[::1]:1/", "https://10.0.0.1/"] {
            let request = OutboundRequest(.get, try #require(OutboundURL(url)))
            let error = #expect(throws: OutboundError.self) { try OutboundClient().send(request) }
            #expect(error?.reason == .addressRefused && error?.mayHaveArrived == false, "\(url)")
        }
        let plain = OutboundRequest(.get, try server.url("/echo"))
        let error = #expect(throws: OutboundError.self) { try OutboundClient().send(plain) }
        #expect(error?.reason == .invalidRequest("the address is not https"))
        let metadata = OutboundRequest(.get, try #require(OutboundURL("https://169.254.169.254/")))
        #expect(throws: OutboundError.self) { try server.client().send(metadata) }
        #expect(server.arrived("GET") == 0)
    }

    @Test func `goes over a Unix socket where that is what was declared`() throws {
        let client = OutboundClient(policy: OutboundPolicy(reach: .unixSocket(path: server.folder["socket"])))
        let url = try #require(OutboundURL("http://localhost/v1.41/info"))
        #expect(try Echo(client.send(OutboundRequest(.get, url))).line == "GET /v1.41/info HTTP/1.1")
        let missing = OutboundClient(
            policy: OutboundPolicy(reach: .unixSocket(path: server.folder["nothing"])))
        let error = #expect(throws: OutboundError.self) { try missing.send(OutboundRequest(.get, url)) }
        #expect(error?.reason == .couldNotConnect && error?.mayHaveArrived == false)
    }
}

@Suite struct `TLS` {
    let server: OddServer
    init() async throws { server = try await OddServer(tls: true) }

    private var authority: String { server.folder["ca.pem"] }

    @Test func `is taken from a server that our authority vouches for`() throws {
        for host in ["127.0.0.1", "localhost"] {
            let request = OutboundRequest(.get, try server.url("/echo", port: "good", host: host))
            #expect(try server.client(caFile: authority).send(request).status == 200)
        }
    }

    @Test(arguments: ["good", "other", "expired"])
    func `is refused from an unknown authority, for another name, and after its time`(port: String) throws {
        let caFile = port == "good" ? nil : authority
        let request = OutboundRequest(.post, try server.url("/echo", port: port), body: Array("secret".utf8))
        let error = #expect(throws: OutboundError.self) { try server.client(caFile: caFile).send(request) }
        guard case .tls = error?.reason else { throw TestFault("\(String(describing: error))") }
        #expect(error?.mayHaveArrived == false && server.arrived("POST") == 0)
    }

    @Test func `shows our certificate to a server that demands one`() throws {
        let request = OutboundRequest(.get, try server.url("/echo", port: "mutual"))
        let own = OutboundPolicy.ClientCertificate(
            certificateFile: server.folder["other.pem"], keyFile: server.folder["other.key"])
        let client = server.client(caFile: authority, clientCertificate: own)
        #expect(try client.send(request).status == 200)
        let error = #expect(throws: OutboundError.self) { try server.client(caFile: authority).send(request) }
        guard case .tls = error?.reason else { throw TestFault("\(String(describing: error))") }
    }
}

@Suite struct `Asynchronously` {
    let server: OddServer
    init() async throws { server = try await OddServer() }

    @Test func `many exchanges share few threads`() async throws {
        let (client, workers) = (server.client(), Workers(threads: 3, queue: 100))
        let url = try server.url("/echo")
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 {
                group.addTask { try await client.send(OutboundRequest(.get, url), on: workers).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 200, count: 40))
    }

    @Test func `a cancelled task ends at once`() async throws {
        let (client, url) = (server.client(within: .seconds(60)), try server.url("/hang"))
        let task = Task { try await client.send(OutboundRequest(.get, url)) }
        try await eventually("the request is there", within: 20) { server.arrived("/hang") == 1 ? () : nil }
        task.cancel()
        let error = await #expect(throws: OutboundError.self) { try await task.value }
        #expect(error?.reason == .cancelled && error?.mayHaveArrived == true)
    }

    @Test func `the wait for a thread counts, and too long a queue is refused`() async throws {
        let (client, workers) = (server.client(within: .seconds(2)), Workers(threads: 1, queue: 1))
        let (hang, echo) = (try server.url("/hang"), try server.url("/echo"))
        let holder = Task { try await client.send(OutboundRequest(.get, hang), on: workers) }
        try await eventually("the thread is taken", within: 20) { server.arrived("/hang") == 1 ? () : nil }
        let reasons = await withTaskGroup(of: OutboundError.Reason?.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    let request = OutboundRequest(.post, echo, within: .milliseconds(100))
                    let error = await #expect(throws: OutboundError.self) {
                        try await client.send(request, on: workers)
                    }
                    #expect(error?.mayHaveArrived == false)
                    return error?.reason
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(reasons == [.busy, .busy, .timedOut], "one waits, for longer than its time")
        _ = await #expect(throws: OutboundError.self) { try await holder.value }
        #expect(server.arrived("/echo") == 0)
    }
}
