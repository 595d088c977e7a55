import Configuration
import Domain
import Foundation
import Operations
import Storage

/// The checks of `doctor`, each from facts to findings; none of them throws.
enum Checkup {
    static func folders(_ settings: Settings) -> [Finding] {
        do {
            let problems = try DataFolders(settings).problems()
            let space = freeSpace(settings.dataDirectory)
            return problems.isEmpty
                ? [.ok("folders", settings.dataDirectory), space]
                : problems.map { .fail("folders", $0) } + [space]
        } catch {
            return [.fail("folders", explanation(of: error) ?? "\(error)")]
        }
    }

    private static func freeSpace(_ directory: String) -> Finding {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else {
            return .fail("disk", "\(directory): \(lastSystemError())")
        }
        let free = Int(status.f_bavail) * Int(status.f_frsize) / 1_048_576
        let text = "\(free) MiB free"
        return free < 1_024
            ? .warn("disk", "\(text); a full disk stops every launch, make room") : .ok("disk", text)
    }

    static func database(_ settings: Settings) -> [Finding] {
        guard FileManager.default.fileExists(atPath: settings.databasePath) else {
            return [.fail("database", "\(settings.databasePath) is missing; run 'outletctl init'")]
        }
        do {
            if let fault = StorageAlarm(settings).fault {
                return [.fail("storage", "\(fault); the next start of responder or meter checks the books")]
            }
            let context = try Outlet.context(settings)
            return [try engine(context.database), writeAheadLog(settings)] + (try schemaAndMeter(context))
        } catch {
            let text = explanation(of: error) ?? "\(error)"
            return [.fail("database", "\(text); check the owner of \(settings.databasePath)")]
        }
    }

    private static func engine(_ database: Database) throws -> Finding {
        let version = try database.read { try $0.row("SELECT sqlite_version() AS version")!.text("version") }
        return .ok("database", "\(database.path) opens, SQLite \(version)")
    }

    private static func writeAheadLog(_ settings: Settings) -> Finding {
        let attributes = try? FileManager.default.attributesOfItem(atPath: settings.databasePath + "-wal")
        let size = ((attributes?[.size] as? NSNumber)?.intValue ?? 0) / 1_048_576
        return size < 256
            ? .ok("wal", "\(size) MiB not yet in the database file")
            : .warn("wal", "\(size) MiB: nobody checkpoints; is outlet-meter running?")
    }

    private static func schemaAndMeter(_ context: Context) throws -> [Finding] {
        do {
            try context.database.checkSchema()
        } catch let refusal as SchemaRefusal {
            return [.fail("schema", refusal.description)]
        }
        let version = Database.expectedSchemaVersion
        return [
            .ok("schema", "version \(version), as this release makes it"), meter(try context.health()),
            try backup(context), .ok("at risk", try context.deadManFigure().words),
        ] + (try restored(context)) + mail(context.settings, try context.mail())
            + payments(context.settings, context)
    }

    private static func backup(_ context: Context) throws -> Finding {
        let figure = try context.deadManFigure()
        let settings = context.settings.backup
        guard settings.isOn else {
            return .warn(
                "backup", "off; see backup: in the configuration, or call 'outletctl backup' yourself")
        }
        if let problem = figure.backupProblem {
            return .fail("backup", "\(problem); older backups are kept, look at \(settings.directory)")
        }
        guard let snapshot = figure.snapshotAge, let age = figure.backupAge else {
            return .warn("backup", "none yet; outlet-meter takes the first within a minute")
        }
        let text = "snapshot \(snapshot.forPeople) ago, followed until \(age.forPeople) ago"
        return snapshot > Seconds(7_200) || age > Seconds(300)
            ? .warn("backup", "\(text); is outlet-meter running?") : .ok("backup", text)
    }

    private static func restored(_ context: Context) throws -> [Finding] {
        guard let restored = try context.database.read({ try $0.openRestoration() }) else { return [] }
        return [
            .warn(
                "restored",
                "from \(restored.snapshot), as of \(restored.reachedAt.forPeople) UTC: nothing is made or ended at providers; "
                    + "look at 'outletctl provider sweep --dry-run', then 'outletctl restore accept'")
        ]
    }

    private static func meter(_ health: HealthView) -> Finding {
        let remedy = "start outlet-meter; until then nothing is launched and no pod is stopped"
        switch health.meterAge {
        case nil: return .fail("meter", "has never reported; \(remedy)")
        case let age? where age > Seconds(120):
            return .fail("meter", "last reported \(age.forPeople) ago; \(remedy)")
        case let age? where age > Seconds(10):
            return .warn("meter", "last reported \(age.forPeople) ago; is it overloaded, or run by ticks?")
        case let age?: return .ok("meter", "reported \(age.forPeople) ago")
        }
    }

    static func providers(_ settings: Settings) async -> [Finding] {
        let reports = await ProviderReport.all(lookedAtProviders(settings))
        guard !reports.isEmpty else {
            return [.warn("providers", "none is configured, so there is nothing to rent")]
        }
        return reports.map { report in
            let check = "provider \(report.code)"
            if let problem = report.problem { return .fail(check, problem) }
            let free = report.offers.map(\.free).reduce(0, +)
            return .ok(check, "\(report.offers.count) offers, \(free) free")
        }
    }

    /// Programs of the machine that the outlet stands beside.
    static func programs() -> [Finding] {
        [
            ("nginx", "without it nobody reaches the outlet from outside; apt install nginx"),
            ("ssh", "without it no pod upstream is accepted; apt install openssh-client"),
            ("ssh-keyscan", "without it no pod upstream is accepted; apt install openssh-client"),
        ].map { name, remedy in
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(
                String.init)
            let path = (folders + ["/usr/sbin", "/usr/bin"]).lazy.map { "\($0)/\(name)" }
                .first { FileManager.default.isExecutableFile(atPath: $0) }
            return path.map { .ok(name, $0) } ?? .warn(name, "not found; \(remedy)")
        }
    }
}

extension DeadManFigure {
    /// What could be lost if the outlet died now, in one line.
    fileprivate var words: String {
        let pods = self.pods == 1 ? "1 pod" : "\(self.pods) pods"
        let backup =
            backupAge.map { "what was written in the last \($0.count) s" } ?? "everything, there is no backup"
        return "died it now: \(pods) would run on at up to \(burnPerHour.forPeople)/h, \(unposted.count) s "
            + "(\(unpostedCents.forPeople)) are not in the ledger yet, and \(backup) is in no backup"
    }
}
