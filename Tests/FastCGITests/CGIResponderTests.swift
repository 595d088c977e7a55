import Foundation
import Glibc
import HTTP
import Testing

@testable import FastCGI

/// Runs one CGI request over pipes.
private func call(_ environment: [(String, String)], input: [UInt8] = [], handler: Handler) throws -> String {
    let (stdin, stdout) = (Pipe(), Pipe())
    try stdin.fileHandleForWriting.write(contentsOf: Data(input))
    if input.isEmpty { try stdin.fileHandleForWriting.close() }  // Else left open: the length has to do.
    try CGIResponder.run(
        environment: environment, input: stdin.fileHandleForReading.fileDescriptor,
        output: stdout.fileHandleForWriting.fileDescriptor, handler: handler)
    try stdout.fileHandleForWriting.close()
    return String(decoding: try stdout.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
}

private func echo(_ arrived: Result<Request, RequestFault>) -> Response {
    switch arrived {
    case .success(let request): Response(status: 200, body: Array(request.target.utf8) + request.body)
    case .failure(let fault): Response(status: fault.status)
    }
}

@Suite struct CGIResponderTests {
    @Test func `a CGI request is answered with a Status line`() throws {
        let variables = [("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/v1/x?a=1"), ("CONTENT_LENGTH", "5")]
        #expect(
            try call(variables, input: Array("hello!".utf8), handler: echo)
                == "Status: 200 OK\r\nContent-Length: 14\r\n\r\n/v1/x?a=1hello")
    }

    @Test func `without REQUEST_URI, the path is put together from its parts`() throws {
        let variables = [("REQUEST_METHOD", "GET"), ("PATH_INFO", "/v1/a b%é"), ("QUERY_STRING", "x=y")]
        #expect(try call(variables, handler: echo).hasSuffix("/v1/a%20b%25%c3%a9?x=y"))
    }

    @Test func `a body cut short is refused`() throws {
        let variables = [("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/"), ("CONTENT_LENGTH", "5")]
        #expect(try call(variables, handler: echo).hasPrefix("Status: 400"))
    }

    @Test func `a reply in chunks is written whole`() throws {
        let text = try call([("REQUEST_URI", "/"), ("REQUEST_METHOD", "GET")]) { _ in
            nonisolated(unsafe) var left = 3
            var response = Response(status: 200)
            response.body = .chunks {
                left -= 1
                return left < 0 ? nil : [0x61]
            }
            return response
        }
        #expect(text == "Status: 200 OK\r\n\r\naaa")
    }
}
