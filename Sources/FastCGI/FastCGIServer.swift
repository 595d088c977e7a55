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
        package var closing: Duration = .seconds(3)  // What a client still sends after its answer.
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
        listener: FastCGIListener, threads: Int, logger: Logger, stop: StopSignal? = nil,
        patience: Patience = Patience()
    ) throws {
        precondition(1...64 ~= threads, "a responder has 1 to 64 threads")
        self.listener = listener
        self.threads = threads
        self.logger = logger
        self.patience = patience
        self.stop = try stop ?? .onTermination()
    }

    /// Serves until it is told to stop; then takes nothing new, finishes what is in work and returns, after
    /// `patience.ending` in any case. All threads share the handler.
    /// - Throws: a fault of the listener.
    package func run(_ handler: @escaping Handler) throws {
        // A client that hangs up is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        guard FCGX_Init() == 0 else { throw FastCGIFault("libfcgi does not start") }
        let deadlines = Deadlines(threads: threads)
        let crew = Crew(threads: threads)
        let door = Door(places: 2 * ProcessInfo.processInfo.activeProcessorCount)
        for number in 0..<threads {
            let thread = Thread {
                crew.leave(Result { try work(handler, deadlines[number], door) })
            }
            thread.stackSize = 1 << 20
            thread.name = "responder-\(number + 1)"
            thread.start()
        }
        while !stop.isSet(within: 250), crew.fault == nil { deadlines.enforce() }
        door.close()
        try crew.fault.map { throw $0 }
        listener.end()
        let last = ContinuousClock.now + patience.ending
        while !crew.isEmpty(within: 0.1), ContinuousClock.now < last { deadlines.enforce() }
        if !crew.isEmpty(within: 0) {
            logger.error("responder.stop", metadata: ["unfinished": "\(crew.count)"])
        }
    }

    /// The life of one thread.
    private func work(_ handler: Handler, _ deadline: Deadlines.Place, _ door: Door) throws {
        let exchange = try Exchange()
        let doorway = try Doorway(listener, until: stop)
        let place = Door.Place(at: door)
        while place.take(), let descriptor = try doorway.next() {
            let connection = Connection(descriptor, stalled: patience.stalled)
            do throws(Refusal) {
                let arrival = try deadline.within(patience.receiving, descriptor) { () throws(Refusal) in
                    try connection.arrival()
                }
                serve(arrival, connection, exchange, handler, deadline)
            } catch {
                connection.send(error.farewell)
            }
        }
    }

    private func serve(
        _ arrival: Arrival, _ connection: borrowing Connection, _ exchange: Exchange, _ handler: Handler,
        _ deadline: Deadlines.Place
    ) {
        do {
            let (parameters, body) = try exchange.take(arrival)
            let request = Result { () throws(RequestFault) in
                if arrival.isTooLong { throw .tooLong }
                return try Request(parameters: parameters, body: body)
            }
            let response = handler(request)
            let outgoing = Outgoing(to: arrival.id, send: connection.sender)
            let reply = Reply(write: outgoing.write, flush: outgoing.flush)
            switch reply.send(response, to: try? request.get().method) {
            case .sent:
                outgoing.finish()
                if arrival.isWhole { return }
                deadline.within(patience.closing, connection.descriptor) { connection.linger() }
            case .clientGone: break
            // Without the end, so that the client takes a half-sent reply for what it is.
            case .broken(let error): throw error
            }
        } catch {
            logger.error("responder.reply", metadata: ["error": "\(error)"])
        }
    }
}

extension RequestFault {
    fileprivate static var tooLong: RequestFault {
        RequestFault(
            status: 431, message: "the headers are too long together", requestID: Request.newRequestID())
    }
}
