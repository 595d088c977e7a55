import ArgumentParser
import CSupport
import Configuration
import Domain
import Foundation
import Logging
import Operations
import Providers
import Storage

@main
struct OutletMeter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outlet-meter",
        abstract: "Allocates, watches, bills and terminates: the one process that talks to providers.",
        discussion: """
            Examples:
              outlet-meter run --config /etc/gpu-outlet/outlet.yaml
              outlet-meter run --for 58s        from cron, every minute
              outlet-meter tick                 everything once, from a timer

            Only one works at a time; another one says so and leaves with status 0.
            """,
        subcommands: [Run.self, Tick.self], defaultSubcommand: Run.self)

    static func main() async {
        outlet_share_heaps(1)  // A thread's own heap grows page by page, with a system call for each.
        await main(nil)
    }
}

struct Options: ParsableArguments {
    @Option(help: "The outlet's configuration; else $OUTLET_CONFIG.")
    var config: String?

    /// Opens everything, or leaves with a message: 0 when another meter works, 78 for the configuration.
    func meter() throws -> (Meter, Settings) {
        guard let path = config ?? ProcessInfo.processInfo.environment["OUTLET_CONFIG"] else {
            throw ValidationError("name the configuration: --config PATH, or OUTLET_CONFIG")
        }
        umask(0o077)
        JSONLogHandler.bootstrap()
        let logger = Logger(label: "outlet-meter")
        do {
            let settings = try Settings.load(path: path)
            let cards = try CardPayments.configured(in: settings)
            let context = try Context.open(settings, .live(settings: settings))
            if let cards { try context.claimStripe(cards) }
            let lease = try Lease.take(in: context)
            let keeper = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
                .deletingLastPathComponent().appendingPathComponent("outlet-pod").path
            let providers = ProviderRegistry.providers(
                for: settings, keeperPath: keeper, leases: StoredLeases(context), logger: logger)
            let meter = Meter(
                context: context, providers: providers, lease: lease, logger: logger, cards: cards)
            return (meter, settings)
        } catch let refusal as LeaseRefusal {
            logger.notice("not needed", metadata: ["reason": "\(refusal)"])
            throw ExitCode.success
        } catch {
            logger.critical("cannot start", metadata: ["error": "\(error)"])
            throw ExitCode(78)
        }
    }
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "The loops, until a signal or the given time.")

    @OptionGroup var options: Options

    @Option(name: .customLong("for"), help: "Leave after this time, such as 58s or 5m.", transform: duration)
    var time: Duration?

    func run() async throws {
        let (meter, settings) = try options.meter()
        let bell = try BellListener(path: settings.bellPath)
        let work = Task { try await meter.run(bell: bell) }
        let signals = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { work.cancel() }
            source.resume()
            return source
        }
        if let time {
            Task {
                try await Task.sleep(for: time)
                work.cancel()
            }
        }
        try await work.value
        withExtendedLifetime(signals) {}
    }

    private static func duration(_ text: String) throws -> Duration {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count > 0 else {
            throw ValidationError("--for takes a time such as 58s, 5m or 1h, not \(text)")
        }
        return .seconds(count * unit)
    }
}

struct Tick: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tick", abstract: "Everything once.")

    @OptionGroup var options: Options

    func run() async throws {
        let (meter, _) = try options.meter()
        try await meter.tick()
        Foundation.exit(0)  // At once: to take down what the end takes anyway is a tenth of the time.
    }
}
