import Configuration
import Domain
import Operations
import Storage
import TestSupport

/// An outlet with real, empty databases and one user.
struct IdentityWorld {
    let folder: ScratchFolder
    let world = TestWorld()
    let context: Context
    let user: ID<User>

    /// Mail is kept in the folder `mail`, unless `change` has it otherwise.
    init(limits: Settings.Limits = Settings.Limits(), change: (inout Settings) -> Void = { _ in }) throws {
        folder = try ScratchFolder()
        var settings = Settings.forTests(dataDirectory: folder.path)
        settings.limits = limits
        settings.mail = Settings.Mail(
            senderName: "", sender: EmailAddress("outlet@example.org")!,
            delivery: .folder(folder["mail"]))
        change(&settings)
        let database = try Database(path: settings.databasePath, durable: false)
        let ephemeral = try Database(path: settings.ephemeralPath, durable: false)
        try database.migrate()
        try ephemeral.prepareEphemeral()
        context = Context(
            settings: settings, database: database, ephemeral: ephemeral, environment: world.environment)
        user = try context.addUser(email: "ada@example.org").id
    }

    /// The newest letter in the outbox, unsealed.
    func newestLetter() throws -> String {
        let row = try context.database.read {
            try $0.row(
                "SELECT recipient, message FROM mail WHERE message IS NOT NULL ORDER BY id DESC LIMIT 1")
        }
        guard let row else { throw TestFault("no letter waits") }
        let opened = context.environment.secretKey.open(
            row.blob("message"), for: .mail, context: row.text("recipient"))
        guard let opened else { throw TestFault("the letter cannot be opened") }
        return String(decoding: opened, as: UTF8.self)
    }

    /// Asks for a code, and reads it out of the letter; nil when the letter holds none.
    func code(for email: String, from address: String = "192.0.2.1") throws -> String? {
        try context.requestSignInCode(for: EmailAddress(email)!, from: address)
        return try newestLetter().firstMatch(of: /Subject: ([0-9]{6}) is your/).map { String($0.1) }
    }

    @discardableResult
    func signIn(_ code: String, for email: String, from address: String = "192.0.2.1", oldSid: String? = nil)
        throws -> (sid: String, signedIn: SignedIn)
    {
        try context.signIn(
            with: code, for: EmailAddress(email)!, userAgent: "test", address: address, replacing: oldSid)
    }

    func count(_ sql: SQL) throws -> Int64 { try context.database.read { try $0.row(sql)!.int("n") } }

    func pass(_ time: Seconds) { world.clock.advance(by: time) }
}
