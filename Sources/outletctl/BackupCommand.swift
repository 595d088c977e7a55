import ArgumentParser
import Configuration
import Domain
import Foundation
import Operations
import Storage

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the books, and lists the copies.",
        discussion: """
            outlet-meter does this by itself every hour, and follows the books in between; see backup: in the
            configuration. The configuration itself and files with credentials are yours to keep.

            Examples:
              outletctl backup
              outletctl backup --to /mnt/usb/outlet
              outletctl backup list
            """,
        subcommands: [Take.self, List.self], defaultSubcommand: Take.self)

    struct Take: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "take", abstract: "Takes a snapshot now, while everybody works on.",
            discussion: """
                A temporary file, checked and recomputed, synced, and only then named. Fails when the books
                themselves have faults; the snapshot is kept then too.

                Examples:
                  outletctl backup
                  outletctl backup --to /mnt/usb/outlet --json
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Option(help: "The folder; else the one of the configuration.") var to: String?

        func run() throws {
            let target = to.map(absolute)
            let outlet = try Outlet(options)
            let folder = BackupFolder(path: target ?? outlet.settings.backup.directory)
            let (snapshot, note) = try outlet.context.takeSnapshot(in: folder) { step in
                if !output.isJSON { print("\(step) …") }
            }
            for fault in note.faults { complain("fault in the books: \(fault)") }
            if output.isJSON {
                try printJSON(SnapshotJSON(snapshot, note))
            } else {
                print("\(snapshot.path): \(size(note.bytes)), \(note.linesChecked) lines recomputed")
            }
            if !note.faults.isEmpty { throw ExitCode.failure }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists the snapshots of a folder, and reads every file to its end.",
            discussion: "Examples:\n  outletctl backup list\n  outletctl backup list --from /mnt/usb/outlet")
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Option(help: "The folder; else the one of the configuration.") var from: String?

        func run() throws {
            let path = try from.map(absolute) ?? Settings.load(path: options.path).backup.directory
            let folder = BackupFolder(path: path)
            var lines: [SnapshotJSON] = []
            for snapshot in try folder.snapshots() {
                do { lines.append(SnapshotJSON(snapshot, try snapshot.check())) } catch {
                    lines.append(SnapshotJSON(snapshot, problem: "\(error)"))
                }
            }
            if output.isJSON { return try printJSON(lines) }
            var table = Table(
                ("snapshot", .left), ("taken (UTC)", .left), ("size", .right), ("lines", .right),
                ("state", .left))
            for line in lines {
                table.add(
                    line.name, line.takenAt, line.bytes.map(size) ?? "", line.lines.map(String.init) ?? "",
                    line.problem ?? (line.faults == 0 ? "sound" : "\(line.faults ?? 0) faults in the books"))
            }
            print(table.text(nothing: "no snapshots in \(path)"))
            let segments = try folder.segments().compactMap { try? SegmentReader(path: $0.path) }
            for segment in segments {
                let torn = segment.tornLines > 0 ? ", \(segment.tornLines) torn lines at its end" : ""
                let damage = segment.damagedLine.map { ", damaged at line \($0)" } ?? ""
                let name = (segment.path as NSString).lastPathComponent
                print("\(name): \(segment.rows) rows in \(segment.batches) batches\(torn)\(damage)")
            }
        }
    }
}

private struct SnapshotJSON: Encodable {
    let name: String
    let path: String
    let takenAt: String
    var bytes: Int?
    var sha256: String?
    var lines: Int?
    var faults: Int?
    var problem: String?

    init(_ snapshot: BackupFolder.Snapshot, _ note: SnapshotNote? = nil, problem: String? = nil) {
        (name, path, takenAt) = (snapshot.name, snapshot.path, snapshot.takenAt.iso8601)
        (bytes, sha256, lines) = (note?.bytes, note?.sha256, note?.linesChecked)
        (faults, self.problem) = (note?.faults.count, problem)
    }
}

/// From the folder that the command was started in.
func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

/// `12.3 MB`
func size(_ bytes: Int) -> String {
    bytes < 1_000_000
        ? "\((bytes + 999) / 1_000) kB" : "\(bytes / 1_000_000).\(bytes / 100_000 % 10) MB"
}
