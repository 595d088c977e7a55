import ArgumentParser
import Configuration
import Foundation

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks the whole outlet and says what to do about what it finds.",
        discussion: """
            Changes nothing. Fails when a check fails; a warning alone does not.

            Examples:
              outletctl doctor
              outletctl doctor --json
            """)

    @OptionGroup var options: Options
    @OptionGroup var output: Output

    func run() async throws {
        var findings: [Finding] = []
        do {
            let settings = try Settings.load(path: options.path)
            findings.append(.ok("configuration", options.path))
            try becomeOwner(of: settings.dataDirectory)
            findings += Checkup.needs(settings)
            findings += Checkup.folders(settings)
            findings += Checkup.database(settings)
            findings += await Checkup.providers(settings)
        } catch let fault as SettingsFault {
            findings += fault.description.split(separator: "\n").map { .fail("configuration", String($0)) }
        }
        findings += Checkup.programs()
        if output.isJSON { try printJSON(findings) } else { show(findings) }
        if findings.contains(where: { $0.grade == .fail }) { throw ExitCode.failure }
    }

    private func show(_ findings: [Finding]) {
        let width = findings.map(\.check.count).max() ?? 0
        for finding in findings {
            let grade = finding.grade.rawValue.padding(toLength: 4, withPad: " ", startingAt: 0)
            let check = finding.check.padding(toLength: width, withPad: " ", startingAt: 0)
            print("\(grade)  \(check)  \(printable(finding.text))")
        }
    }
}

/// One line of a check-up. What is not `ok` says what to do.
struct Finding: Encodable {
    enum Grade: String, Encodable { case ok, warn, fail }

    let grade: Grade
    let check: String
    let text: String

    static func ok(_ check: String, _ text: String) -> Finding {
        Finding(grade: .ok, check: check, text: text)
    }
    static func warn(_ check: String, _ text: String) -> Finding {
        Finding(grade: .warn, check: check, text: text)
    }
    static func fail(_ check: String, _ text: String) -> Finding {
        Finding(grade: .fail, check: check, text: text)
    }
}
