import ArgumentParser
import Configuration
import Foundation
import Storage

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes the configuration, the folders and the database of a new outlet.",
        discussion: """
            What exists is kept; running it again is safe. The configuration it writes sells CPU demo pods.

            Examples:
              outletctl init
              outletctl init --config /srv/outlet/outlet.yaml --port 8081 --site lab
            """)

    @OptionGroup var options: Options
    @Option(help: "Where the demo will be reached, on 127.0.0.1. Only for a new configuration.")
    var port = 8_080
    @Option(help: "The name of this outlet in labels of pods. Only for a new configuration.")
    var site = "demo"

    func validate() throws {
        guard (1...65_535).contains(port) else { throw ValidationError("--port is a number from 1 to 65535") }
    }

    func run() throws {
        let folder = URL(fileURLWithPath: options.path).standardizedFileURL.deletingLastPathComponent().path
        try becomeOwner(of: folder)
        try makeConfiguration(in: folder)
        let settings = try Settings.load(path: options.path)
        try becomeOwner(of: settings.dataDirectory)
        try DataFolders(settings).make { print($0) }
        try migrate(settings)
        print(
            "The outlet is ready in \(settings.dataDirectory). Next: outletctl doctor, outletctl user add EMAIL"
        )
    }

    private func makeConfiguration(in folder: String) throws {
        guard !FileManager.default.fileExists(atPath: options.path) else {
            print("kept    \(options.path)")
            return
        }
        let text = Settings.defaultYAML(port: port, site: site)
        // A wrong --site is refused before it is written.
        _ = try Settings.parse(text, path: options.path, folder: folder)
        do {
            if try DataFolders.makeFolder(folder, mode: 0o711) { print("made    \(folder)") }
            try Data(text.utf8).write(to: URL(fileURLWithPath: options.path), options: .withoutOverwriting)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: options.path)
        } catch let error as CocoaError {
            throw Complaint("\(options.path) cannot be written: \(reason(of: error))")
        }
        print("wrote   \(options.path)")
    }
}

struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the database to the schema of this release.",
        discussion: """
            Stop outlet-api and outlet-meter first. Again: changes nothing.

            Example:
              outletctl migrate
            """)

    @OptionGroup var options: Options

    func run() throws {
        let settings = try Settings.load(path: options.path)
        try becomeOwner(of: settings.dataDirectory)
        guard FileManager.default.fileExists(atPath: settings.dataDirectory) else {
            throw Complaint("there is no data directory \(settings.dataDirectory); run 'outletctl init'")
        }
        try migrate(settings)
    }
}

/// Applies what is missing and says what it was.
private func migrate(_ settings: Settings) throws {
    let database = try Database(path: settings.databasePath)
    let applied = try database.migrate()
    for name in applied { print("applied \(name)") }
    print("ready   \(settings.databasePath) at version \(try database.schemaVersion())")
}
