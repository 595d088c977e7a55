import FastCGI
import Foundation
import HTTP
import Logging
import Synchronization

/// A responder on a socket of its own in this process, ended with the test.
final class Server: Sendable {
    let path: String
    let done = DispatchSemaphore(value: 0)
    let slowStarted = DispatchSemaphore(value: 0)
    let handled = Atomic<Int>(0)
    private let stop: StopSignal

    init(threads: Int = 2, patience: FastCGIServer.Patience = .init()) throws {
        path = FileManager.default.temporaryDirectory.path + "/outlet-\(UUID().uuidString.prefix(8)).sock"
        stop = try .manual()
        let listener = try FastCGIListener.unix(path: path)
        let server = try FastCGIServer(
            listener: listener, threads: threads,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, stop: stop,
            patience: patience)
        let done = done
        Thread { [self] in
            try? server.run { [self] in answer($0) }
            done.signal()
        }.start()
    }

    func end() { stop.send() }

    private func answer(_ arrived: Result<Request, RequestFault>) -> Response {
        handled.add(1, ordering: .relaxed)
        switch arrived {
        case .failure(let fault): return Response(status: fault.status, body: Array(fault.message.utf8))
        case .success(let request):
            switch request.path.first {
            case "slow":
                slowStarted.signal()
                usleep(500_000)
                return Response(status: 200, body: Array("slow but done".utf8))
            case "stream", "broken":
                let left = Mutex(request.path == ["stream"] ? 200 : 3)
                var response = Response(status: 200)
                response.body = .chunks {
                    try left.withLock { left in
                        if left == 0, request.path == ["broken"] { throw CancellationError() }
                        if left == 0 { return nil }
                        left -= 1
                        return [UInt8](repeating: 0x61, count: 10_000)
                    }
                }
                return response
            default:
                let head = "\(request.method?.rawValue ?? "-") \(request.target) \(request.body.count)"
                return Response(
                    status: 200, headers: [("X-Echo", head)],
                    body: request.body.isEmpty ? [0x2D] : request.body)
            }
        }
    }
}
