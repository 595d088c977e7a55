import ArgumentParser
import Domain
import Operations

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recomputes the books from their first row and names the first that is wrong.",
        discussion: """
            Every wallet from its first line, every charge from seconds and rate, every seal, every hold; before
            that, every page of the file. Changes nothing; may run while the outlet works. Exit status 1 when a
            fault is found.

            Examples:
              outletctl verify
              outletctl verify --full
              outletctl verify --json
            """)

    @OptionGroup var options: Options
    @OptionGroup var output: Output
    @Flag(help: "Also compares every index with its table; takes several times as long.") var full = false

    func run() throws {
        let report = try Outlet(options, evenIfChanged: true).context.verify(pages: full ? .full : .quick)
        if output.isJSON {
            try printJSON(Answer(report))
        } else {
            for fault in report.faults { print("fault: \(printable(fault.description))") }
            print(
                "\(report.linesChecked) lines, \(report.rowsChecked) rows and \(report.sealsChecked) seals checked, "
                    + (report.isSound ? "no fault" : "not sound"))
            if let root = report.root { print("root: \(root.hexadecimal)") }
        }
        if !report.isSound { throw ExitCode.failure }
    }

    private struct Answer: Encodable {
        struct Wrong: Encodable {
            let table: String
            let row: String
            let reason: String
        }

        let linesChecked: Int
        let rowsChecked: Int
        let sealsChecked: Int
        let root: String?
        let faults: [Wrong]

        init(_ report: VerifyReport) {
            linesChecked = report.linesChecked
            rowsChecked = report.rowsChecked
            sealsChecked = report.sealsChecked
            root = report.root?.hexadecimal
            faults = report.faults.map { Wrong(table: $0.table, row: $0.row, reason: $0.reason) }
        }
    }
}
