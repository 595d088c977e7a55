import Domain
import Operations
import Testing

private let hash = sha256("{}".utf8)

@Suite struct `Repeat safety` {
    let w: IdentityWorld
    init() throws { w = try IdentityWorld() }

    private func begin(_ key: String = "k", route: String = "POST /v1/rentals", body: String = "{}") throws
        -> String
    {
        switch try w.context.beginIdempotent(
            key: key, route: route, bodyHash: sha256(body.utf8), user: w.user)
        {
        case .first: "first"
        case .replay(let status, let headers, let body):
            "\(status) \(headers) \(String(decoding: body, as: UTF8.self))"
        case .reused: "reused"
        case .inProgress: "in progress"
        }
    }

    private func finish() throws {
        try w.context.finishIdempotent(
            key: "k", user: w.user, status: 200, headers: ["A": "b"], body: Array("ok".utf8))
    }

    @Test func `a repeated request gets the first answer again`() throws {
        #expect(try begin() == "first")
        try finish()
        #expect(try begin() == #"200 ["A": "b"] ok"#)
        #expect(try begin("other") == "first")
    }

    @Test func `another body or route under the same key is refused`() throws {
        _ = try begin()
        #expect(try begin(body: "[]") == "reused")
        #expect(try begin(route: "POST /v1/ssh-keys") == "reused")
        try finish()
        #expect(try begin(body: "[]") == "reused")
    }

    @Test func `a request that never answered stays in progress until its day is over`() throws {
        _ = try begin()
        #expect(try begin() == "in progress")
        w.pass(Seconds(24 * 3_600 - 1))
        #expect(try begin() == "in progress")
        w.pass(Seconds(1))
        #expect(try begin() == "first")
    }

    @Test func `an abandoned key is free again, an answered one is not`() throws {
        _ = try begin()
        try w.context.abandonIdempotent(key: "k", user: w.user)
        #expect(try begin() == "first")
        try finish()
        try w.context.abandonIdempotent(key: "k", user: w.user)
        #expect(try begin() != "first")
    }

    @Test func `keys of two users are two keys`() throws {
        _ = try begin()
        let other = try w.context.addUser(email: "bob@example.org").id
        let outcome = try w.context.beginIdempotent(key: "k", route: "", bodyHash: hash, user: other)
        guard case .first = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }
}
