import ArgumentParser
import Configuration
import Yams

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "The configuration file.", subcommands: [Check.self, Show.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells every problem of the file; fails with 78 when there is one.",
            discussion: "Example:\n  outletctl config check --config /etc/gpu-outlet/outlet.yaml")
        @OptionGroup var options: Options

        func run() throws {
            _ = try Settings.load(path: options.path)
            print("\(options.path) is valid")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
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
