import CFastCGI
import Foundation
import Glibc
import HTTP
import Logging

/// A FastCGI responder on a number of threads; each takes one request at a time, from its first byte to its last.
package struct FastCGIServer: Sendable {
    /// How long things may take, so that no peer holds a thread for ever.
    package struct Patience: Sendable {
        package var receiving: Duration = .seconds(15)  // The whole request.
        package var stalled: Duration = .seconds(10)  // One read or write without progress.
        package var closing: Duration = .seconds(3)  // The client's end of the connection.
        package var ending: Duration = .seconds(8)  // Requests in work, once told to stop.

        package init() {}
    }

    private let listener: FastCGIListener
    private let threads: Int
    private let logger: Logger
    private let patience: Patience
    private let stop: StopSignal

    /// - Parameter stop: ends the server; SIGTERM and SIGINT unless said otherwise.
    package init(
        listener: FastCGIListener, threads: Int, logger: Logger, stop: StopSignal? = nil, patience: Patience = Patience()
    ) throws {
        precondition(1...64 ~= threads, "a responder has 1 to 64 threads")
        self.listener = listener
        self.threads = threads
        self.logger = logger
        self.patience = patience
        self.stop = try stop ?? .onTermination()
    }

    /// Serves until it is told to stop; then takes nothing new, finishes what is in work and returns, after
    /// `patience.ending` in any case. Each thread makes one handler for itself, before anything is accepted.
    /// - Throws: what `makeHandler` throws, or a fault of the listener.
    package func run(makeHandler: @escaping @Sendable () throws -> Handler) throws {
        signal(SIGPIPE, SIG_IGN)  // A client that hangs up is an error of the write, not the end of the process.
        guard FCGX_Init() == 0 else { throw FastCGIFault("libfcgi does not start") }
        let deadlines = Deadlines()
        let crew = Crew(threads: threads)
        for number in 1...threads {
            let thread = Thread {
                crew.leave(Result { try work(makeHandler, deadlines) })
            }
            thread.stackSize = 1 << 20
            thread.name = "responder-\(number)"
            thread.start()
        }
        while !stop.isSet(within: 250), crew.fault == nil { deadlines.enforce() }
        try crew.fault.map { throw $0 }
        listener.end()
        let last = ContinuousClock.now + patience.ending
        while !crew.isEmpty(within: 0.1), ContinuousClock.now < last { deadlines.enforce() }
        if !crew.isEmpty(within: 0) { logger.error("responder.stop", metadata: ["unfinished": "\(crew.count)"]) }
    }

    /// The life of one thread.
    private func work(_ makeHandler: () throws -> Handler, _ deadlines: Deadlines) throws {
        let handler = try makeHandler()
        let exchange = Exchange()
        while let connection = try listener.accept(until: stop) {
            guard connection < FD_SETSIZE else {  // libfcgi waits with select.
                close(connection)
                continue
            }
            limitStalls(of: connection)
            serve(connection, exchange, handler, deadlines)
        }
    }

    private func limitStalls(of connection: Int32) {
        var limit = timeval(tv_sec: Int(patience.stalled.components.seconds), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private func serve(_ connection: Int32, _ exchange: Exchange, _ handler: Handler, _ deadlines: Deadlines) {
        let arrived = deadlines.within(patience.receiving, connection) { () -> Result<Request, RequestFault>? in
            guard exchange.begin(on: connection) else { return nil }
            let parameters = exchange.parameters
            let body = exchange.readBody()
            return Result { () throws(RequestFault) in try Request(parameters: parameters, body: body) }
        }
        guard let arrived else { return }
        let response = handler(arrived)
        let reply = Reply(write: exchange.write, flush: exchange.flush)
        let outcome = reply.send(response, to: try? arrived.get().method)
        deadlines.within(patience.closing, connection) {
            switch outcome {
            case .sent, .clientGone: exchange.finish()
            case .broken(let error):
                logger.error("responder.reply", metadata: ["error": "\(error)"])
                exchange.abort()
            }
        }
    }
}
