import CFastCGI
import Glibc

/// One thread's `FCGX_Request`. libfcgi takes a request that was checked from a file in memory, which neither
/// lies nor stalls.
final class Exchange {
    private let request: UnsafeMutablePointer<FCGX_Request>
    private let file: Int32
    private var held = 0  // Bytes of the file.

    /// - Throws: a fault of the system, such as no memory.
    init() throws {
        file = memfd_create("request", UInt32(MFD_CLOEXEC))
        guard file >= 0 else { throw FastCGIFault.system("cannot make a file in memory") }
        request = .allocate(capacity: 1)
        // No listening socket: FCGX_Accept_r takes what it is given, and never waits for a connection itself.
        FCGX_InitRequest(request, -1, FCGI_FAIL_ACCEPT_ON_INTR)
    }

    deinit {
        request.deallocate()
        close(file)
    }

    /// What libfcgi makes of `arrival`.
    /// - Throws: a fault of the system, such as no memory.
    func take(_ arrival: Arrival) throws -> (parameters: [(String, String)], body: [UInt8]) {
        try hold(arrival.encoded)
        request.pointee.ipcFd = file
        request.pointee.keepConnection = 1  // Else it would start by closing what it was just given.
        guard FCGX_Accept_r(request) == 0 else { throw FastCGIFault("libfcgi does not take a request") }
        defer {
            request.pointee.ipcFd = -1
            FCGX_Free(request, 0)
        }
        return (parameters, body(upTo: arrival.body.count))
    }

    /// Makes `bytes` what libfcgi reads next, and nothing behind them.
    private func hold(_ bytes: [UInt8]) throws {
        guard pwrite(file, bytes, bytes.count, 0) == bytes.count,
            bytes.count >= held || ftruncate(file, bytes.count) == 0, lseek(file, 0, SEEK_SET) == 0
        else { throw FastCGIFault.system("cannot hold a request in memory") }
        held = bytes.count
    }

    /// The parameters as they came, names repeated.
    private var parameters: [(String, String)] {
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

    private func body(upTo count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let text = UnsafeMutableRawBufferPointer(buffer).baseAddress?.assumingMemoryBound(to: CChar.self)
            filled = Int(FCGX_GetStr(text, Int32(count), request.pointee.in))
        }
    }
}
