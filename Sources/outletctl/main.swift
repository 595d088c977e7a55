import ArgumentParser
import Configuration
import Foundation

/// The operator's tool. Works on the outlet's own files, so it is for those who may read them.
struct Outletctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outletctl",
        abstract: "Runs a GPU outlet: accounts, wallets, rentals, providers, and its health.",
        discussion: """
            The configuration is --config, else $OUTLET_CONFIG, else ./var/outlet.yaml, else
            /etc/gpu-outlet/outlet.yaml. Started by root, it works as the owner of the data directory.

            Exit status: 0 done, 1 failed, 64 wrong usage, 78 wrong configuration.

            Examples:
              outletctl --config var/outlet.yaml init
              outletctl user add ada@example.org
              outletctl wallet credit ada@example.org 20.00 --note "welcome"
              outletctl session create ada@example.org
              outletctl doctor
            """,
        subcommands: [
            InitCommand.self, MigrateCommand.self, UserCommand.self, InviteCommand.self, SessionCommand.self,
            WalletCommand.self, RentalCommand.self, ProviderCommand.self, HostCommand.self,
            CatalogCommand.self, ReconcileCommand.self, TokenCommand.self, MailCommand.self,
            EventsCommand.self, PaymentsCommand.self, VerifyCommand.self, BackupCommand.self,
            RestoreCommand.self, AdoptCommand.self, ConfigCommand.self,
            DoctorCommand.self,
        ])
}

/// Parses and runs one command line.
func run(_ arguments: [String]) async throws {
    var command = try Outletctl.parseAsRoot(arguments)
    if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
    } else {
        try command.run()
    }
}

umask(0o077)  // Whatever is made here is its owner's; folders that others pass are opened by name.
do {
    try await run(arranged(Array(CommandLine.arguments.dropFirst())))
} catch let fault as SettingsFault {
    complain("the configuration is not valid:\n\(fault)")
    exit(78)
} catch {
    if let explanation = explanation(of: error) {
        complain(explanation)
        exit(1)
    }
    Outletctl.exit(withError: error)
}
