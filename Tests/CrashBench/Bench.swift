import Configuration
import Domain
import Foundation
import Logging
import Operations
import Providers
import Storage
import TestSupport

/// An outlet on disk whose processes come and go: its books, its clock, its provider, and what its renters were told.
package struct Bench: Sendable {
    package let settings: Settings
    package let clock: SharedClock
    package let provider: Journal  // `made LABEL`, `ended LABEL`: as the provider saw it.
    package let told: Journal  // `launch ID`, `stop ID CENTS`, `adjust ID CENTS`: as renters saw it.
    private let port: Int  // Where every pod answers.
    private let isDurable: Bool

    /// - Parameters:
    ///   - speed: see `SharedClock`.
    ///   - port: of a `BannerServer`.
    ///   - host: another number than 0 sees the same books from another machine, as far as the outlet can tell: its
    ///     meter has a lock file of its own.
    ///   - durable: false for a process that nobody kills: its commits need not wait for the disk.
    ///   - backups: the folder for them; nil takes none.
    package init(
        folder: String, speed: Int64, port: Int, host: Int = 0, sharesLock: Bool = true, data: String? = nil,
        durable: Bool = true, backups: String? = nil
    ) throws {
        let data = data ?? (host == 0 ? folder : "\(folder)/host-\(host)")
        try FileManager.default.createDirectory(atPath: data + "/run", withIntermediateDirectories: true)
        if host != 0 { try Self.link(folder, into: data, withLocks: sharesLock) }
        var settings = Settings.forTests(dataDirectory: data, holdSeconds: .minute)
        if let backups { settings.backup = Settings.Backup(isOn: true, directory: backups) }
        self.settings = settings
        isDurable = durable
        clock = try SharedClock(path: folder + "/clock", speed: speed)
        provider = try Journal(path: folder + "/provider")
        told = try Journal(path: folder + "/told")
        self.port = port
    }

    private static func link(_ folder: String, into other: String, withLocks: Bool) throws {
        for name in ["outlet.db", "ephemeral.db"] {
            for suffix in withLocks ? ["", ".lock", ".lock.queue"] : [""] {
                let link = "\(other)/\(name)\(suffix)"
                try? FileManager.default.removeItem(atPath: link)
                try FileManager.default.createSymbolicLink(
                    atPath: link, withDestinationPath: "\(folder)/\(name)\(suffix)")
            }
        }
    }

    /// Makes the books, with four renters who have a key and no money.
    package func fill() throws {
        try Database(path: settings.databasePath).migrate()
        let context = try open()
        let blob: [UInt8] =
            [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: 7, count: 32)
        let key = try SSHPublicKey(line: "ssh-ed25519 " + Data(blob).base64EncodedString())
        for name in ["ada", "bob", "cyd", "dan"] {
            let user = try context.addUser(email: "\(name)@example.org").id
            _ = try context.addSSHKey(named: "laptop", key, for: user)
        }
        try context.database.checkpoint()
        try context.ephemeral.checkpoint()
    }

    /// Connections of its own, as each thread of each process opens them; time is the bench's.
    package func open() throws -> Context { try Context.open(settings, environment(), durable: isDurable) }

    package func environment() throws -> Operations.Environment {
        var environment = try Operations.Environment.live(settings: settings)
        environment.clocks = { [clock] in clock.reading }
        return environment
    }

    /// - Parameter moods: see `JournalProvider`.
    /// - Throws: `LeaseRefusal` while another meter works.
    package func meter(in context: Context, moods: UInt64? = nil) throws -> Meter {
        Meter(
            context: context, providers: [JournalProvider(journal: provider, moods: moods, port: port)],
            lease: try Lease.take(in: context),
            logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() }),
            readinessDelays: [.zero])
    }
}
