import ArgumentParser
import Configuration
import Yams

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "The configuration file.", subcommands: [Check.self, Show.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Tells every problem of the file; fails with 78 when there is one.",
            discussion: """
                Also of the files with secrets and certificates that it names; started by root, as the owner of the data
                folder finds them.

                Example:
                  outletctl config check --config /etc/gpu-outlet/outlet.yaml
                """)
        @OptionGroup var options: Options

        func run() throws {
            let settings = try Settings.load(path: options.path)
            try becomeOwner(of: settings.dataDirectory)
            let findings = Checkup.needs(settings) + Checkup.stripeKeys(settings)
            let problems = findings.filter { $0.grade == .fail }
            guard problems.isEmpty else {
                for problem in problems { complain("\(problem.check): \(problem.text)") }
                throw ExitCode(78)
            }
            print("\(options.path) is valid")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Shows every setting that is in force, also those that the file leaves out.",
            discussion:
                "What it prints is itself a valid configuration.\n\nExample:\n  outletctl config show --json")
        @OptionGroup var options: Options
        @OptionGroup var output: Output

        func run() throws {
            let view = SettingsJSON(try Settings.load(path: options.path))
            if output.isJSON { return try printJSON(view) }
            print(try YAMLEncoder().encode(view), terminator: "")
        }
    }
}
