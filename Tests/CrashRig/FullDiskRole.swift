import ArgumentParser
import CrashBench
import Domain
import Foundation
import Storage
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
        try move(["outlet.db", "ephemeral.db"], from: options.folder, to: disk)
        var (life, refused, dice): (Life?, Int, Dice) = (nil, 0, Dice(seed: options.seed))
        for number in 0..<acts {
            if number % 2 == 1 { try ballast.fill(leaving: Int(dice.roll(0...24)) * 4_096) }
            defer { ballast.remove() }
            do {
                if life == nil { life = try Life(of: bench, seed: options.seed) }
                try await life!.act()
            } catch {
                guard error is DiskFull else { throw error }
                refused += 1
            }
        }
        life = nil  // Closes the books.
        try move(["outlet.db", "outlet.db-wal"], from: disk, to: options.folder)
        print("refused \(refused)")
    }

    private func move(_ names: [String], from: String, to: String) throws {
        for name in names {
            try? FileManager.default.removeItem(atPath: "\(to)/\(name)")
            try FileManager.default.copyItem(atPath: "\(from)/\(name)", toPath: "\(to)/\(name)")
        }
    }
}
