import ArgumentParser
import CrashBench
import Domain
import TestSupport

/// A life on a small disk that is full at every second act, with a few pages to spare or none. The books come from the
/// bench and go back there in the end.
struct FullDiskRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "full-disk")
    @OptionGroup var options: Options
    @Option var acts: Int

    func run() async throws {
        let bench = try options.bench()
        let disk = bench.settings.dataDirectory
        let ballast = Ballast(on: disk)
        try copyBooks(["outlet.db", "ephemeral.db"], from: options.folder, to: disk)
        var (life, dice) = (PatientLife(of: bench, seed: options.seed), Dice(seed: options.seed))
        for number in 0..<acts {
            if number % 2 == 1 { try ballast.fill(leaving: Int(dice.roll(0...24)) * 4_096) }
            defer { ballast.remove() }
            try await life.act()
        }
        life.end()
        try copyBooks(["outlet.db", "outlet.db-wal"], from: disk, to: options.folder)
        print("refused \(life.refused)")
    }
}
