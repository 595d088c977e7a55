import ArgumentParser
import Configuration
import Domain
import Foundation
import Operations

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Makes the books again from a backup.",
        subcommands: [Make.self, Accept.self], defaultSubcommand: Make.self)

    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "make",
            abstract: "A snapshot and all that was written after it, into a data folder without books.",
            discussion: """
                Takes the newest snapshot and what follows it, a row at a time and through every guard of the schema,
                then recomputes everything. Restored books only report on pods until 'outletctl restore accept'.
                Everybody signs in again.

                Examples:
                  outletctl restore --from /mnt/usb/outlet --data /var/lib/gpu-outlet
                  outletctl restore --from var/backup --data /tmp/drill --snapshot outlet-20260607T081422Z.db
                """)
        @OptionGroup var output: Output
        @OptionGroup var options: Options
        @Option(help: "The folder with the backups.") var from: String
        @Option(help: "The data folder to make the books in.") var data: String
        @Option(help: "Begins with this snapshot instead of the newest.") var snapshot: String?

        func run() throws {
            let (folder, target) = (BackupFolder(path: absolute(from)), absolute(data))
            if try DataFolders.makeFolder(target, mode: 0o711), !output.isJSON { print("made \(target)") }
            try becomeOwner(of: target)
            let settings = Settings(
                site: "restore", publicURL: "", dataDirectory: target, templates: [], providers: [])
            let report = try folder.restore(
                to: target, snapshot: snapshot, environment: .live(settings: settings)
            ) { step in if !output.isJSON { print("\(step) …") } }
            if output.isJSON { try printJSON(RestoreJSON(report)) } else { show(report, target) }
            if !report.verification.isSound { throw ExitCode.failure }
        }

        private func show(_ report: RestoreReport, _ target: String) {
            for remark in report.remarks { print("note: \(remark)") }
            for fault in report.verification.faults { print("fault: \(printable(fault.description))") }
            print(
                """
                \(target)/outlet.db is as it was at \(report.reachedAt.forPeople) UTC: \(report.snapshot), and \
                \(report.rows) rows after it
                \(report.verification.linesChecked) lines checked, \(report.verification.faults.count) faults

                Next: give this data folder a configuration with site: \(report.site), start the outlet, look at
                'outletctl provider sweep --dry-run', and then: outletctl restore accept
                """)
        }
    }

    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept", abstract: "Lets outlet-meter make and end pods by restored books.",
            discussion: """
                Look at 'outletctl provider sweep --dry-run' first: pods that the books do not know are ended after
                20 minutes unless you adopt them, and rentals whose pods are gone fail.

                Example:
                  outletctl restore accept
                """)
        @OptionGroup var options: Options

        func run() throws {
            guard try Outlet(options).context.acceptRestoration() else {
                throw Complaint("these books are not restored, or were accepted already")
            }
            print("accepted: outlet-meter makes and ends pods by these books from now on")
        }
    }
}

private struct RestoreJSON: Encodable {
    let snapshot, takenAt, reachedAt: String
    let batches, rows, tornLines, linesChecked: Int
    let remarks, faults: [String]

    init(_ report: RestoreReport) {
        (snapshot, takenAt) = (report.snapshot, report.takenAt.iso8601)
        (reachedAt, batches, rows) = (report.reachedAt.iso8601, report.batches, report.rows)
        (tornLines, remarks) = (report.tornLines, report.remarks)
        (linesChecked, faults) = (
            report.verification.linesChecked, report.verification.faults.map(\.description)
        )
    }
}
