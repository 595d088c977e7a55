import ArgumentParser
import Operations

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recomputes the books from their first line and tells every difference.",
        discussion: """
            Changes nothing; may run while the outlet works. Fails when a fault is found.

            Example:
              outletctl verify
            """)

    @OptionGroup var options: Options
    @OptionGroup var output: Output

    func run() throws {
        let report = try Outlet(options, evenIfChanged: true).context.verify()
        if output.isJSON {
            try printJSON(Answer(linesChecked: report.linesChecked, faults: report.faults))
        } else {
            for fault in report.faults { print("fault: \(printable(fault))") }
            print("\(report.linesChecked) lines checked, \(report.faults.count) faults")
        }
        if !report.faults.isEmpty { throw ExitCode.failure }
    }

    private struct Answer: Encodable {
        let linesChecked: Int
        let faults: [String]
    }
}
