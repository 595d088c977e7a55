import Glibc
import HTTP

/// Plain CGI (RFC 3875): one request in the environment and on standard input, its reply on standard output.
package enum CGIResponder {
    /// Whether this process was started by a CGI caller.
    package static var isCalled: Bool { getenv("GATEWAY_INTERFACE") != nil }

    /// Answers the one request. A client that hangs up ends it quietly.
    /// - Throws: what the body's source throws; the reply is cut off then.
    package static func run(
        environment: [(String, String)] = processEnvironment, input: Int32 = 0, output: Int32 = 1,
        handler: Handler
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        let parameters = withTarget(environment)
        let body = read(announced(in: parameters), from: input)
        let request = Result { () throws(RequestFault) in try Request(parameters: parameters, body: body) }
        let response = handler(request)
        let reply = Reply(write: { write($0, to: output) }, flush: { true })
        if case .broken(let error) = reply.send(response, to: try? request.get().method) { throw error }
    }

    package static var processEnvironment: [(String, String)] {
        var variables: [(String, String)] = []
        var next = environ
        while let entry = next.pointee {
            next += 1
            let sides = String(cString: entry).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if sides.count == 2 { variables.append((String(sides[0]), String(sides[1]))) }
        }
        return variables
    }

    /// Callers that know the standard only give the decoded path in parts, and no `REQUEST_URI`.
    private static func withTarget(_ environment: [(String, String)]) -> [(String, String)] {
        if environment.contains(where: { $0.0 == "REQUEST_URI" }) { return environment }
        let value = { (name: String) in environment.first { $0.0 == name }?.1 ?? "" }
        let path = value("PATH_INFO").utf8.map { byte in
            let isPlain = 0x21...0x7E ~= byte && !"%?#".utf8.contains(byte)
            return isPlain
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        let query = value("QUERY_STRING")
        return environment + [("REQUEST_URI", path.joined() + (query.isEmpty ? "" : "?" + query))]
    }

    /// How much to read: the caller need not close the input after the body.
    private static func announced(in parameters: [(String, String)]) -> Int {
        let length = parameters.first { $0.0 == "CONTENT_LENGTH" }?.1 ?? ""
        return min(max(Int(length) ?? 0, 0), RequestLimits.largestBody + 1)
    }

    private static func read(_ count: Int, from input: Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = Glibc.read(input, buffer.baseAddress! + filled, count - filled)
                if got < 0, errno == EINTR { continue }
                if got <= 0 { return }
                filled += got
            }
        }
    }

    private static func write(_ bytes: [UInt8], to output: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    output, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
