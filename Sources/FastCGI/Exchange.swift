import CFastCGI
import Glibc
import HTTP

/// One thread's `FCGX_Request`. It is given connections that were accepted elsewhere and takes one request from
/// each, so that libfcgi never waits without bounds: its own accept would read from a silent peer for ever.
final class Exchange {
    private let request: UnsafeMutablePointer<FCGX_Request>

    init() {
        request = .allocate(capacity: 1)
        // No listening socket: when a connection breaks off, FCGX_Accept_r comes back and does not wait for the next.
        FCGX_InitRequest(request, -1, FCGI_FAIL_ACCEPT_ON_INTR)
    }

    deinit {
        FCGX_Free(request, 1)
        request.deallocate()
    }

    /// Reads a request's parameters; false when the peer broke off or spoke no FastCGI. `connection` is libfcgi's
    /// from here on, which closes it.
    func begin(on connection: Int32) -> Bool {
        request.pointee.ipcFd = connection
        // FCGX_Accept_r first finishes what came before, and would close this connection with it. The flag is then
        // set anew by what the client asks for.
        request.pointee.keepConnection = 1
        return FCGX_Accept_r(request) == 0
    }

    /// The parameters as they came, names repeated. A role other than responder sends none.
    var parameters: [(String, String)] {
        var parameters: [(String, String)] = []
        guard var next = request.pointee.envp else { return [] }
        while let entry = next.pointee {
            next += 1
            let text = UnsafeRawBufferPointer(start: entry, count: strlen(entry))
            guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: text[..<equals], as: UTF8.self)
            if name == "FCGI_ROLE" { continue }  // Put there by libfcgi itself.
            parameters.append((name, String(decoding: text[(equals + 1)...], as: UTF8.self)))
        }
        return parameters
    }

    /// The body, up to one byte more than any path takes, which is enough to refuse it.
    func readBody() -> [UInt8] {
        var body: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1_024)
        while body.count <= RequestLimits.largestBody {
            let count = buffer.withUnsafeMutableBytes {
                FCGX_GetStr($0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), request.pointee.in)
            }
            if count > 0 { body += buffer[..<Int(count)] }
            if count < buffer.count { break }
        }
        return body
    }

    /// Sends `bytes`; false when the client is gone.
    func write(_ bytes: [UInt8]) -> Bool {
        bytes.isEmpty
            || bytes.withUnsafeBytes {
                FCGX_PutStr($0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), request.pointee.out) >= 0
            }
    }

    /// Sends what is buffered now; false when the client is gone.
    func flush() -> Bool { FCGX_FFlush(request.pointee.out) >= 0 }

    /// Ends the request and its connection. A kept connection would bind this thread to one client.
    func finish() {
        request.pointee.keepConnection = 0
        FCGX_Finish_r(request)
    }

    /// Breaks the connection off, so that the client takes a half-sent reply for what it is.
    func abort() {
        shutdown(request.pointee.ipcFd, Int32(SHUT_RDWR))
        finish()
    }
}
