import API
import ArgumentParser
import CSupport
import Configuration
import FastCGI
import Foundation
import HTTP
import Logging
import Operations
import Storage

@main
struct OutletAPI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outlet-api",
        abstract: "Answers /v1 over FastCGI behind nginx: decides and writes rows, never calls a provider.",
        discussion: """
            Listens on the socket it was started with (systemd, spawn-fcgi), else on --listen, else on run/api.sock in
            the data directory. Started by a web server as plain CGI, it answers one request and ends.

            Examples:
              outlet-api --config /etc/gpu-outlet/outlet.yaml
              outlet-api --config var/outlet.yaml --listen 127.0.0.1:9000
              OUTLET_CONFIG=/etc/gpu-outlet/outlet.yaml outlet-api
            """)

    @Option(help: "The outlet's configuration; else $OUTLET_CONFIG.")
    var config: String?

    @Option(help: "A path for a Unix socket, or a loopback address and port.")
    var listen: String?

    @Option(help: "How many requests at once; else api.threads of the configuration.")
    var threads: Int?

    func run() throws {
        umask(0o077)
        JSONLogHandler.bootstrap()
        let logger = Logger(label: "outlet-api")
        do {
            try serve(logger)
        } catch {
            logger.critical("cannot serve", metadata: ["error": "\(error)"])
            throw ExitCode(78)
        }
    }

    private func serve(_ logger: Logger) throws {
        guard let path = config ?? ProcessInfo.processInfo.environment["OUTLET_CONFIG"] else {
            throw ValidationError("name the configuration: --config PATH, or OUTLET_CONFIG")
        }
        let settings = try Settings.load(path: path)
        let environment = try Operations.Environment.live(settings: settings)
        let cards = try CardPayments.configured(in: settings)
        let application = Application(
            settings: settings, logger: logger, catalog: CatalogCache(),
            identityProviders: try IdentityProviders(settings, clocks: environment.clocks), cards: cards)
        // Many connections: what they keep, the system's own cache has for all of them.
        let context = try Context.open(settings, environment, cacheKiB: 256)
        if let cards { try context.claimStripe(cards) }
        let handler: Handler = { application.respond(to: $0, in: context) }
        let inherited = FastCGIListener.inherited()
        if inherited == nil, listen == nil, CGIResponder.isCalled {
            return try CGIResponder.run(handler: handler)
        }
        outlet_share_heaps(8)
        let stop = try StopSignal.onTermination()
        let listener = try inherited ?? .open(listen ?? settings.apiSocketPath)
        let count = threads ?? settings.api.threads
        logger.info(
            "ready",
            metadata: ["threads": "\(count)", "payments": "\(cards?.access.mode.rawValue ?? "none")"])
        try FastCGIServer(listener: listener, threads: count, logger: logger, stop: stop).run(handler)
        Foundation.exit(0)  // A request that hangs does not keep the process.
    }
}
