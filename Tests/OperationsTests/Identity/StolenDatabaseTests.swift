import Domain
import Foundation
import Operations
import Storage
import Testing

@Suite struct `Whoever steals the database files` {
    /// Signs in by every way there is, and leaves one of each kind unused.
    private func lived() throws -> (world: IdentityWorld, secrets: [String]) {
        let w = try IdentityWorld { $0.signIn.signUp = .open }
        let sid = try w.context.createSession(for: w.user, userAgent: "curl", address: "192.0.2.1").sid
        let link = try w.context.createSignInLink(for: w.user, validFor: Seconds(900)).token
        let code = try #require(try w.code(for: "ada@example.org"))
        _ = try w.code(for: "new@example.org")
        try w.context.database.checkpoint()
        try w.context.ephemeral.checkpoint()
        return (w, [sid, link, code])
    }

    @Test func `finds no cookie, link, code or key in them`() throws {
        let (w, secrets) = try lived()
        for path in [w.context.settings.databasePath, w.context.settings.ephemeralPath] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            for secret in secrets {
                #expect(bytes.range(of: Data(secret.utf8)) == nil)
                // A plain hash of six digits is as good as the digits.
                if secret.count == 6 { #expect(bytes.range(of: Data(sha256(secret.utf8))) == nil) }
            }
            #expect(bytes.range(of: Data([UInt8](repeating: 0x5A, count: 32))) == nil)
        }
    }

    @Test func `signs in with nothing that stands in them`() throws {
        let (w, _) = try lived()
        var found: [String] = []
        for database in [w.context.database, w.context.ephemeral] {
            try database.read { session in
                let tables = try session.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
                for table in tables.map({ $0.text("name") }) {
                    for row in try session.rows(SQL(stringLiteral: "SELECT * FROM \"\(table)\"")) {
                        found += row.named.values.flatMap(spellings)
                    }
                }
            }
        }
        #expect(found.count > 100)
        for text in Set(found) {
            #expect(try w.context.signedIn(sid: text) == nil)
            #expect(try w.context.redeemSignInLink(text, userAgent: nil, address: nil) == nil)
        }
        for (number, text) in Set(found).enumerated() where number < 15 {
            #expect(throws: CodeRefusal.self) {
                try w.signIn(text, for: "ada@example.org", from: "192.0.2.\(number)")
            }
        }
    }

    @Test func `cannot open the letters with another key`() throws {
        let (w, _) = try lived()
        let row = try w.context.database.read { try $0.row("SELECT recipient, message FROM mail LIMIT 1")! }
        let (recipient, message) = (row.text("recipient"), row.blob("message"))
        let key = w.context.environment.secretKey
        #expect(key.open(message, for: .mail, context: recipient) != nil)
        #expect(key.open(message, for: .mail, context: "eve@example.org") == nil)
        #expect(key.open(message, for: .signInCode, context: recipient) == nil)
        let other = SecretKey([UInt8](repeating: 0, count: 32))
        #expect(other.open(message, for: .mail, context: recipient) == nil)
    }

    private func spellings(_ value: SQL.Value) -> [String] {
        switch value {
        case .null, .real: []
        case .integer(let number): ["\(number)"]
        case .text(let text): [text]
        case .blob(let bytes):
            [
                Base64.encode(bytes), Base64.encode(bytes, as: .url), String(decoding: bytes, as: UTF8.self),
                bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(),
            ]
        }
    }
}

@Suite struct `The key beside the database` {
    @Test func `is made once, for its owner only, and found again`() throws {
        let w = try IdentityWorld()
        let path = w.folder["secret.key"]
        let sealed = try SecretKey(path: path).seal([1, 2, 3], for: .mail, context: "a")
        #expect(try SecretKey(path: path).open(sealed, for: .mail, context: "a") == [1, 2, 3])
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.size] as? Int == 32)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: w.folder.path).filter { $0.contains("key") }
                == ["secret.key"])
    }

    @Test func `is not taken when it has another length`() throws {
        let w = try IdentityWorld()
        try w.folder.write("short", to: "secret.key")
        #expect(throws: EnvironmentError.self) { try SecretKey(path: w.folder["secret.key"]) }
    }

    @Test func `is the same for all who make it at once`() async throws {
        let w = try IdentityWorld()
        let path = w.folder["secret.key"]
        let codes = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 1...16 {
                group.addTask { try SecretKey(path: path).authenticationCode(of: "x", for: .mail) }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(codes.count == 1)
    }
}
