import API
import ArgumentParser
import Configuration
import Foundation
import HTTP
import Logging
import Operations
import TestSupport

/// Answers one request again and again in this process, as the responder does between its two sockets.
struct Drive: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answers one request many times, for whoever counts what that takes.", shouldDisplay: false)

    @Option(help: "The outlet's configuration.")
    var config: String

    @Option(help: "What is asked for.")
    var target: String

    @Option(help: "By whose cookie.")
    var sid: String?

    @Option(help: "How often.")
    var times: Int

    func run() throws {
        JSONLogHandler.bootstrap()
        let context = try Context.standingStill(config: config)
        let application = Application(
            settings: context.settings, logger: Logger(label: "outlet-api"), catalog: CatalogCache(),
            identityProviders: try IdentityProviders(context.settings, clocks: context.environment.clocks),
            cards: nil)
        for _ in 0..<times {
            let request = Result { () throws(RequestFault) in
                try Request(parameters: parameters, body: [])
            }
            let response = application.respond(to: request, in: context)
            guard response.status == 200, !response.cgiHead().isEmpty else {
                throw TestFault("\(target): \(response)")
            }
        }
    }

    /// As nginx hands a request of a browser on.
    private var parameters: [(String, String)] {
        let cookie = sid.map { [("HTTP_COOKIE", "sid=\($0)")] } ?? []
        return [
            ("REMOTE_ADDR", "127.0.0.1"), ("REQUEST_METHOD", "GET"), ("REQUEST_URI", target),
            ("HTTP_X_REQUEST_ID", "5f0c0e2a9bd14d3b8d2a4c6e8f10a2b3"), ("HTTP_PROXY", ""),
            ("HTTP_HOST", "127.0.0.1:8080"), ("HTTP_USER_AGENT", "bench"), ("HTTP_ACCEPT", "*/*"),
        ] + cookie
    }
}
