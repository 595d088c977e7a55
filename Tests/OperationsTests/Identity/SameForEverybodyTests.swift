import Domain
import Operations
import Synchronization
import Testing

@testable import Storage

@Suite struct `A request for a code` {
    /// A member, one who is invited, one who is not, and one whose account is closed.
    private func outlet() throws -> (IdentityWorld, [String]) {
        let w = try IdentityWorld { $0.signIn.signUp = .invitation }
        _ = try w.context.invite(email: "guest@example.org")
        try w.context.closeUser(try w.context.addUser(email: "gone@example.org").id)
        return (w, ["ada@example.org", "guest@example.org", "nobody@example.org", "gone@example.org"])
    }

    @Test func `runs the same statements in the same order whoever owns the address, also the second time`()
        throws
    {
        let (w, addresses) = try outlet()
        let traces = try (1...2).map { _ in
            w.pass(Seconds(60))
            return try addresses.map { address in
                try w.context.database.statements {
                    try w.context.requestSignInCode(for: EmailAddress(address)!, from: "192.0.2.1")
                }
            }
        }
        for traces in traces {
            #expect(traces[0].count > 5, "\(traces[0])")
            #expect(traces.allSatisfy { $0 == traces[0] }, "\(traces)")
        }
    }

    @Test func `leaves one letter of about the same length whoever owns the address`() throws {
        let (w, addresses) = try outlet()
        let sizes = try addresses.map { address in
            let before = try w.count("SELECT COUNT(*) AS n FROM mail")
            try w.context.requestSignInCode(for: EmailAddress(address)!, from: "192.0.2.1")
            #expect(try w.count("SELECT COUNT(*) AS n FROM mail") == before + 1)
            return try w.newestLetter().utf8.count
        }
        #expect(sizes.max()! < sizes.min()! * 3 / 2, "\(sizes)")
    }
}

extension Database {
    /// What `body` runs on the connection that writes, without its values.
    fileprivate func statements(of body: () throws -> Void) throws -> [String] {
        let seen = Mutex<[String]>([])
        try withoutGuard { $0.trace { event in seen.withLock { $0.append("\(event)") } } }
        defer { try? withoutGuard { $0.trace() } }
        try body()
        return seen.withLock { $0.filter { !$0.hasPrefix("PRAGMA") } }
    }
}
