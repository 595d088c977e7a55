import Domain
import Operations
import Storage
import Synchronization
import Testing

private struct Crash: Error {}

@Suite struct `Repeat safety` {
    let w: IdentityWorld
    init() throws { w = try IdentityWorld() }

    /// Sends a request whose work is to add a cent to the wallet. Answers what it was told, and the wallet.
    private func send(
        _ key: String = "k", route: String = "POST /v1/rentals", body: String = "{}",
        as user: ID<User>? = nil,
        crashing: Bool = false
    ) throws -> String {
        let request = KeyedRequest(user: user ?? w.user, key: key, route: route, body: Array(body.utf8))
        let outcome = try w.context.once(request) { context in
            _ = try context.adjust(user ?? w.user, by: Cents(1), note: "one", actor: "test")
            if crashing { throw Crash() }
            return ("first", KeptReply(status: 200, headers: ["A": "b"], body: Array("ok".utf8)))
        }
        switch outcome {
        case .first(let answer): return answer
        case .again(let kept):
            return "\(kept.status) \(kept.headers) \(String(decoding: kept.body, as: UTF8.self))"
        case .reused: return "reused"
        }
    }

    private func wallet() throws -> Int64 { try w.context.balance(of: w.user).available.count }

    @Test func `a repeated request gets the first answer again`() throws {
        #expect(try send() == "first")
        #expect(try send() == #"200 ["A": "b"] ok"#)
        #expect(try send("other") == "first")
        #expect(try wallet() == 2)
    }

    @Test func `another body or route under the same key is refused`() throws {
        _ = try send()
        #expect(try send(body: "[]") == "reused")
        #expect(try send(route: "POST /v1/ssh-keys") == "reused")
        #expect(try wallet() == 1)
    }

    @Test func `a key is free again after a day, and not before`() throws {
        _ = try send()
        w.pass(Seconds(24 * 3_600 - 1))
        #expect(try send() != "first")
        w.pass(Seconds(1))
        #expect(try send(body: "[]") == "first")
        #expect(try send(body: "{}") == "reused")
    }

    @Test func `a crash before the reply is kept undoes the work, keeps the bell still, and frees the key`()
        throws
    {
        let rings = w.world.rings
        #expect(throws: Crash.self) { try send(crashing: true) }
        #expect(try wallet() == 0 && w.world.rings == rings)
        #expect(try send() == "first")
        #expect(try wallet() == 1 && w.world.rings == rings + 1)
    }

    @Test func `the bell rings when others can see both the work and its reply`() throws {
        let other = try Database(path: w.context.settings.databasePath, durable: false)
        let seen = Seen()
        var environment = w.world.environment
        environment.ringBell = {
            let row = try? other.read {
                try $0.row(
                    """
                    SELECT (SELECT COUNT(*) FROM ledger_entry) AS lines,
                           (SELECT COUNT(*) FROM idempotency WHERE status = 200) AS replies
                    """)
            }
            seen.rows.withLock { $0.append("\(row?.int("lines") ?? -1) \(row?.int("replies") ?? -1)") }
        }
        let context = Context(
            settings: w.context.settings, database: w.context.database, ephemeral: w.context.ephemeral,
            environment: environment)
        let request = KeyedRequest(user: w.user, key: "k", route: "POST /", body: [])
        _ = try context.once(request) { context in
            for _ in 0..<2 { _ = try context.adjust(w.user, by: Cents(1), note: "one", actor: "test") }
            return ((), KeptReply(status: 200, headers: [:], body: []))
        }
        #expect(seen.rows.withLock { $0 } == ["2 1"])
    }

    @Test func `keys of two users are two keys`() throws {
        _ = try send()
        let other = try w.context.addUser(email: "bob@example.org").id
        #expect(try send(as: other) == "first")
    }
}

private final class Seen: Sendable {
    let rows = Mutex<[String]>([])
}
