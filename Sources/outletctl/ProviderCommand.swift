import ArgumentParser
import Configuration
import Foundation
import Logging
import Operations
import Providers
import Storage

struct ProviderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provider", abstract: "Where pods come from.",
        subcommands: [List.self, Test.self, Sweep.self, End.self, Blocks.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the configured providers and whether they work here.",
            discussion: "Example:\n  outletctl provider list")
        @OptionGroup var options: Options
        @OptionGroup var output: Output

        func run() async throws {
            let reports = await ProviderReport.all(try providers(options))
            if output.isJSON { return try printJSON(reports) }
            var table = Table(("code", .left), ("offers", .right), ("free", .right), ("state", .left))
            for report in reports {
                table.add(
                    report.code, "\(report.offers.count)", "\(report.offers.map(\.free).reduce(0, +))",
                    report.problem ?? "ok")
            }
            print(table.text(nothing: "no providers are configured; see providers: in \(options.path)"))
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Asks providers for what they sell now; fails when one does not work.",
            discussion: "Examples:\n  outletctl provider test\n  outletctl provider test local --json")
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "Only this provider.") var code: String?

        func run() async throws {
            let known = try providers(options)
            let wanted = known.filter { code == nil || $0.code == code }
            guard code == nil || !wanted.isEmpty else {
                let codes = known.map(\.code).joined(separator: ", ")
                throw Complaint("there is no provider '\(code!)' in the configuration; there are: \(codes)")
            }
            let reports = await ProviderReport.all(wanted)
            if output.isJSON { try printJSON(reports) } else { reports.forEach(show) }
            if reports.contains(where: { $0.problem != nil }) { throw ExitCode.failure }
        }

        private func show(_ report: ProviderReport) {
            print("\(report.code): \(report.problem ?? "works")")
            var table = Table(
                ("family", .left), ("model", .left), ("vram", .right), ("gpus", .right), ("region", .left),
                ("price", .right), ("free", .right), ("note", .left))
            for offer in report.offers {
                table.add(
                    offer.family, offer.model, "\(offer.vramGb) GB", "\(offer.gpuCount)",
                    "\(offer.region) (\(offer.regionCode))", "$\(offer.dollars)/h", "\(offer.free)",
                    offer.note ?? "")
            }
            print(table.text(nothing: "it offers nothing"))
        }
    }
}

/// The providers of the configuration, as the owner of the data.
private func providers(_ options: Options) throws -> [any Provider] {
    let settings = try Settings.load(path: options.path)
    try becomeOwner(of: settings.dataDirectory)
    return lookedAtProviders(settings)
}

/// The providers to ask and to act on.
func configuredProviders(_ outlet: Outlet) -> [any Provider] {
    providers(outlet.settings, leases: StoredLeases(outlet.context))
}

/// The providers to ask only, also before there are books.
func lookedAtProviders(_ settings: Settings) -> [any Provider] {
    providers(settings, leases: readLeases(settings))
}

/// What the books say is rented, for who changes nothing; nothing without usable books.
func readLeases(_ settings: Settings) -> any UnitLeases {
    guard FileManager.default.fileExists(atPath: settings.databasePath),
        let context = try? Outlet.context(settings), (try? context.database.checkSchema()) != nil
    else { return NoLeases() }
    return ReadLeases(context)
}

/// As this executable reaches them: the keeper of local pods lies beside it.
private func providers(_ settings: Settings, leases: any UnitLeases) -> [any Provider] {
    let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    return ProviderRegistry.providers(
        for: settings, keeperPath: folder.appendingPathComponent("outlet-pod").path, leases: leases,
        logger: quietLogger())
}

/// Tells trouble on standard error; what a command prints says the rest.
func quietLogger() -> Logger {
    var logger = Logger(label: "outletctl") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    return logger
}
