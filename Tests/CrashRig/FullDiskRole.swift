import ArgumentParser
import CrashBench
import Domain
import Foundation
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
        try move(["outlet.db", "ephemeral.db"], from: options.folder, to: disk)
        var (life, refused, dice): (Life?, Int, Dice) = (nil, 0, Dice(seed: options.seed))
        for number in 0..<acts {
            if number % 2 == 1 { try fill(disk, leaving: Int(dice.roll(0...24)) * 4_096) }
            defer { unlink(disk + "/ballast") }
            do {
                if life == nil { life = try Life(of: bench, seed: options.seed) }
                try await life!.act()
            } catch {
                guard isNoSpace(error) else { throw error }
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

    private func fill(_ disk: String, leaving rest: Int) throws {
        var status = statvfs()
        guard statvfs(disk, &status) == 0 else { throw TestFault("statvfs \(disk)") }
        let size = max(Int(status.f_bavail) * Int(status.f_bsize) - rest, 0)
        let descriptor = open(disk + "/ballast", O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        guard posix_fallocate(descriptor, 0, max(size, 1)) == 0 || size == 0 else {
            throw TestFault("no ballast of \(size) bytes")
        }
    }
}
