import Configuration
import Domain
import Foundation
import Logging
import Operations
import Storage
import TestSupport
import Testing

@Suite struct `A backup` {
    private func folder(_ o: Outlet) -> BackupFolder {
        BackupFolder(path: o.context.settings.backup.directory)
    }

    private func restored(_ o: Outlet, snapshot: String? = nil) throws -> (ScratchFolder, RestoreReport) {
        let target = try ScratchFolder()
        let report = try folder(o).restore(
            to: target.path, snapshot: snapshot, environment: o.store.world.environment)
        return (target, report)
    }

    /// Every row that a backup promises, in order, from books that are at rest.
    private func rows(_ database: Database) throws -> [String] {
        try database.read { session in
            try [
                "renter", "wallet", "account", "rental", "attempt", "ssh_key", "usage", "transfer",
                "ledger_entry", "event",
                "milestone", "seal",
            ]
            .flatMap { table in
                try session.rows(SQL(stringLiteral: "SELECT * FROM \(table) ORDER BY 1")).map {
                    "\(table) \($0.named.sorted { $0.key < $1.key })"
                }
            }
        }
    }

    @Test func `every table of the schema has its place in a backup`() throws {
        let tables = try TestStore().context.database.read {
            try $0.rows("SELECT name FROM sqlite_schema WHERE type = 'table'").map { $0.text("name") }
        }
        #expect(Set(tables) == BackupTables.all)
    }

    /// The queue is long while no backup can be written: a change must not walk through what waits in it.
    @Test func `a change finds its place in the queue by the whole key`() async throws {
        let o = try await Outlet()
        try o.context.database.read { session in
            let triggers = try session.rows(
                "SELECT tbl_name, sql FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%DELETE FROM changed_row%'"
            )
            #expect(!triggers.isEmpty)
            for trigger in triggers {
                let table = trigger.text("tbl_name")
                for lookup in trigger.text("sql").matches(of: #/DELETE FROM (changed_row [^;]*);/#) {
                    let place = lookup.output.1.replacing(#/(NEW|OLD)\./#, with: "\(table).")
                    let plan = try session.rows(
                        SQL(stringLiteral: "EXPLAIN QUERY PLAN SELECT (SELECT 1 FROM \(place)) FROM \(table)")
                    )
                    #expect(
                        plan.contains { $0.text("detail").contains("(subject=? AND key=?)") },
                        "\(trigger.text("sql")) \(plan.map { $0.text("detail") })")
                }
            }
        }
    }

    @Test func `a restore after a busy life is equal row by row`() async throws {
        let o = try await Outlet(prices: [280, 290], wallet: 5_000) { $0.backup.isOn = true }
        try await o.meter.tick()  // The first snapshot; the rest is in segments.
        let kept = try await o.launched()
        let ends = try await o.launched { $0.maxPrice = HourlyRate(centsPerHour: 300) }
        for _ in 0..<3 { try await o.busyHour() }
        _ = try o.context.stop(ends, by: o.user)
        o.provider.set { $0.answer["at-280"] = .noCapacity }
        let moved = try await o.launched { $0.maxPrice = HourlyRate(centsPerHour: 300) }
        o.provider.set { [label = o.label(moved, 2)] in $0.pods[label] = nil }
        try await o.busyHour()
        let other = try o.context.addUser(email: "bob@example.org")
        _ = try o.context.adjust(other.id, by: Cents(700), note: "n", actor: "test")
        o.provider.set { $0.answer = ["at-280": .noCapacity, "at-290": .noCapacity] }
        _ = try o.launch()
        try await o.meter.tick()
        #expect(try o.rental(kept).status == .running && o.rental(moved).status == .failed)
        let (target, report) = try restored(o)
        #expect(report.verification.isSound && report.remarks.isEmpty && report.batches > 0)
        #expect(try report.verification.linesChecked == o.context.verify().linesChecked)
        let books = try Database(path: target["outlet.db"])
        #expect(try rows(books) == rows(o.context.database))
        #expect(try books.read { try $0.isReportOnly() })
    }

    @Test func `an older snapshot and the segments behind it end at the same place`() async throws {
        let o = try await Outlet(wallet: 5_000) { $0.backup.isOn = true }
        try await o.meter.tick()
        let first = try #require(try folder(o).snapshots().first)
        _ = try await o.launched()
        for _ in 0..<3 { try await o.busyHour() }  // A snapshot each.
        let snapshots = try folder(o).snapshots()
        #expect(snapshots.count == 4)
        let (newest, _) = try restored(o)
        let (oldest, report) = try restored(o, snapshot: first.name)
        #expect(report.remarks.isEmpty && report.verification.isSound)
        let long = try rows(Database(path: oldest["outlet.db"]))
        let short = try rows(Database(path: newest["outlet.db"]))
        #expect(long == short, "\(Set(long).symmetricDifference(short).sorted())")
    }

    @Test func `a torn end of a segment is left out and told, and the next tick goes on`() async throws {
        let o = try await Outlet(wallet: 5_000) { $0.backup.isOn = true }
        try await o.meter.tick()
        let sound = try rows(o.context.database)
        _ = try o.context.adjust(o.user, by: Cents(1), note: "n", actor: "test")
        try await o.meter.tick()
        let segment = try #require(try folder(o).segments().last?.path)
        let whole = try #require(FileManager.default.contents(atPath: segment))
        for cut in [1, 90, 400] {
            try whole.dropLast(cut).write(to: URL(fileURLWithPath: segment))
            let (target, report) = try restored(o)
            #expect(report.tornLines > 0 && report.remarks.count == 1 && report.verification.isSound)
            #expect(try rows(Database(path: target["outlet.db"])) == sound)
        }
        try o.startMeter()  // The crash that tore it.
        try await o.meter.tick()
        let (target, report) = try restored(o)
        #expect(report.remarks.isEmpty)
        #expect(try rows(Database(path: target["outlet.db"])) == rows(o.context.database))
    }

    @Test func `a damaged segment is replayed up to the damage, which is named`() async throws {
        let o = try await Outlet(wallet: 5_000) { $0.backup.isOn = true }
        try await o.meter.tick()
        for _ in 0..<3 {
            _ = try o.context.adjust(o.user, by: Cents(1), note: "gift", actor: "test")
            o.pass(1)
            try await o.meter.tick()
        }
        let segment = try #require(try folder(o).segments().last?.path)
        var text = try String(contentsOfFile: segment, encoding: .utf8)
        let note = try #require(text.range(of: "gift"))
        text.replaceSubrange(note, with: "lift")
        try text.write(toFile: segment, atomically: true, encoding: .utf8)
        let (_, report) = try restored(o)
        #expect(report.verification.isSound)
        #expect(report.remarks.count == 1 && report.remarks[0].contains("is damaged at line"))
    }

    @Test func `a damaged snapshot is refused, and the next older one named`() async throws {
        let o = try await Outlet(wallet: 5_000) { $0.backup.isOn = true }
        try await o.meter.tick()
        try await o.busyHour()
        let snapshots = try folder(o).snapshots()
        let newest = try #require(snapshots.last)
        var bytes = try #require(FileManager.default.contents(atPath: newest.path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: newest.path))
        let refusal = #expect(throws: RestoreRefusal.self) { try restored(o) }
        #expect("\(try #require(refusal))".contains("--snapshot \(snapshots[0].name)"))
        let (_, report) = try restored(o, snapshot: snapshots[0].name)
        #expect(report.verification.isSound)
    }

    @Test func `books are never written over, and an empty folder holds nothing`() async throws {
        let o = try await Outlet { $0.backup.isOn = true }
        try await o.meter.tick()
        #expect(throws: RestoreRefusal.self) {
            try folder(o).restore(to: o.store.folder.path, environment: o.store.world.environment)
        }
        let empty = try ScratchFolder()
        #expect(throws: RestoreRefusal.self) {
            try BackupFolder(path: empty.path).restore(
                to: empty.path, environment: o.store.world.environment)
        }
    }

    @Test func `writers that never rest lose nothing, and every snapshot of theirs is sound`() async throws {
        let o = try await Outlet(wallet: 5_000) { $0.backup.isOn = true }
        try await o.meter.tick()
        let writers = (0..<4).map { number in
            Task.detached { [store = o.store, user = o.user] in
                let context = try store.anotherContext()
                for _ in 0..<60 {
                    _ = try context.adjust(user, by: Cents(1), note: "writer \(number)", actor: "test")
                }
            }
        }
        for _ in 0..<5 {
            o.pass(3_600)
            try await o.meter.tick()
            let (_, report) = try restored(o)
            #expect(report.verification.isSound, "\(report.verification.faults)")
        }
        for writer in writers { try await writer.value }
        try await o.meter.tick()
        let (target, report) = try restored(o)
        #expect(report.verification.isSound)
        #expect(try rows(Database(path: target["outlet.db"])) == rows(o.context.database))
        #expect(try o.balance().total == Cents(5_240))
    }
}

extension Outlet {
    /// An hour with a meter that looks every ten minutes, and a tick at its end.
    fileprivate func busyHour() async throws {
        for _ in 0..<6 {
            pass(600)
            await meter.watch()
            try await meter.tick()
        }
    }
}
