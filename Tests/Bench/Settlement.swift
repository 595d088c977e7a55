import Configuration
import Domain
import Foundation
import Operations
import Storage
import TestSupport

extension OutletBench {
    /// One settlement of everything, beside the same rows by plain prepared statements; then a look with nothing due.
    func measureSettlement(_ report: Report) throws {
        var perRental: [Double] = []
        for size in [100, 1_000, 10_000, 100_000, 1_000_000] where size <= rentals {
            let books = try DueBooks(rentals: size)
            var (ours, floor, idle): ([Double], [Double], [Double]) = ([], [], [])
            for _ in 0..<(size > 100_000 ? 1 : rounds) {
                floor.append(try books.settledByFloor())
                let settled = try books.settledByMeter()
                ours.append(settled.due)
                idle.append(settled.nothingDue)
            }
            let (taken, least) = (Series(ours, unit: "ms"), Series(floor, unit: "ms"))
            report.tell("settlement", "\(size) rentals, all due", taken)
            report.tell("settlement", "\(size) rentals, the floor", least)
            report.tell(
                "settlement", "\(size) rentals, against the floor", taken.ratio(to: least),
                goal: size >= 100_000 ? .atMost(1.5) : nil)
            report.tell(
                "settlement", "\(size) rentals, nothing due", Series(idle, unit: "ms"), goal: .atMost(1))
            perRental.append(taken.median / Double(size))
        }
        guard let first = perRental.dropFirst().first, let last = perRental.last else { return }
        report.tell(
            "settlement", "a rental among \(rentals), against one among 1000",
            Series([last / first], unit: "×"), goal: .atMost(1.5))
    }
}

/// Books in which every rental has an hour to be billed; each measurement gets a copy of its own.
private struct DueBooks {
    private let made: BenchOutlet

    init(rentals: Int) throws {
        made = try BenchOutlet()
        let start = try made.now() - Seconds(3_700)
        _ = try made.populate(wallets: rentals / 5, rentalsEach: 5, cents: 100_000, since: start)
        try made.context.database.checkpoint()
    }

    func settledByMeter() throws -> (due: Double, nothingDue: Double) {
        let folder = try copy()
        var settings = made.context.settings
        settings.dataDirectory = folder.path
        let context = try Context.open(settings, made.context.environment)
        let meter = try made.meter(in: context)
        let due = try milliseconds { try meter.settleDue() }
        let nothing = try (0..<20).map { _ in try milliseconds { try meter.settleDue() } }
        return (due, Series(nothing, unit: "ms").median)
    }

    func settledByFloor() throws -> Double {
        let folder = try copy()
        let now = try made.now().secondsSince1970
        let result = try Command.run(
            Executables.path("bench-floor"), ["settle", folder["outlet.db"], "\(now)"], within: 600)
        guard result.status == 0, let text = result.output.split(separator: " ").last,
            let time = Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw TestFault("bench-floor: \(result)") }
        return time
    }

    private func copy() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        try FileManager.default.createDirectory(atPath: folder["run"], withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: made.folder["outlet.db"], toPath: folder["outlet.db"])
        return folder
    }
}
