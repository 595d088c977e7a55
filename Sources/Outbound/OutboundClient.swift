import CCurl
import CSupport
import Glibc
import Synchronization

/// Sends requests over libcurl, one at a time on each thread that asks, under one policy.
///
/// Redirects are not followed, answers not decompressed, proxy variables, `.netrc` and cookies not looked at. Only a
/// GET is sent over a kept connection: when such a one turns out dead, libcurl sends again, which others must not.
package final class OutboundClient: Sendable {
    let policy: OutboundPolicy
    private let idle = Mutex<[CurlHandle]>([])
    private static let mostIdle = 8

    package init(policy: OutboundPolicy = OutboundPolicy()) { self.policy = policy }

    /// Sends and waits for the whole answer, of any status.
    package func send(_ request: OutboundRequest) throws(OutboundError) -> OutboundResponse {
        try send(request, within: request.within ?? policy.within, cancellation: Cancellation())
    }

    func send(
        _ request: OutboundRequest, within: Duration, cancellation: Cancellation
    ) throws(OutboundError) -> OutboundResponse {
        let place = request.url.place
        if let fault = request.fault ?? policy.fault(of: request.url) {
            throw OutboundError(.invalidRequest(fault), host: place, mayHaveArrived: false)
        }
        let handle = idle.withLock { $0.popLast() } ?? CurlHandle()
        defer { idle.withLock { if $0.count < Self.mostIdle { $0.append(handle) } } }
        handle.reset()
        let exchange = Exchange(policy, secure: request.url.isSecure, cancellation: cancellation)
        exchange.listen(to: handle)
        prepare(handle, for: request, within: within)
        let (code, words) = run(handle, request)
        let isCut = request.isStream && code == CURLE_OPERATION_TIMEDOUT && exchange.hasHead
        guard code == CURLE_OK || isCut else {
            let reason = OutboundError.Reason(
                code, exchange, words: words, cancelled: cancellation.isCancelled)
            throw OutboundError(reason, host: place, mayHaveArrived: exchange.hasStarted)
        }
        return OutboundResponse(
            status: handle.number(CURLINFO_RESPONSE_CODE), headers: handle.headers(), body: exchange.body)
    }

    private func prepare(_ handle: CurlHandle, for request: OutboundRequest, within: Duration) {
        handle.set(CURLOPT_URL, request.url.text)
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        handle.set(CURLOPT_PATH_AS_IS, 1)
        handle.set(CURLOPT_FRESH_CONNECT, request.method == .get ? 0 : 1)
        handle.set(CURLOPT_PROXY, "")
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_QUICK_EXIT, 1)  // Else a name server that hangs would hold us past the deadline.
        handle.set(CURLOPT_USERAGENT, "gpu-outlet")
        handle.set(CURLOPT_TIMEOUT_MS, max(within.milliseconds, 1))
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, max(policy.connectWithin.milliseconds, 1))
        handle.set(CURLOPT_MAXFILESIZE_LARGE, size: max(policy.largestBody, 1))
        if case .unixSocket(let path) = policy.reach { handle.set(CURLOPT_UNIX_SOCKET_PATH, path) }

        handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = policy.caFile {
            handle.set(CURLOPT_CAINFO, file)
            handle.set(CURLOPT_CAPATH, pointer: nil)
        }
        if let files = policy.clientCertificate {
            handle.set(CURLOPT_SSLCERT, files.certificateFile)
            handle.set(CURLOPT_SSLKEY, files.keyFile)
        }
    }

    /// Runs the prepared exchange; `words` is what libcurl says of a failure.
    private func run(_ handle: CurlHandle, _ request: OutboundRequest) -> (code: CURLcode, words: String) {
        // libcurl would add these two by itself.
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        lines += request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = outlet_curl_slist_append(list, line) }
        defer { outlet_curl_slist_free_all(list) }
        handle.set(CURLOPT_HTTPHEADER, list: list)

        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CURL_ERROR_SIZE)) { words in
            words.initialize(repeating: 0)
            handle.set(CURLOPT_ERRORBUFFER, pointer: words.baseAddress)
            let code = request.body.withUnsafeBytes { body in
                if request.method != .get || !body.isEmpty {
                    handle.set(CURLOPT_POSTFIELDSIZE_LARGE, size: body.count)
                    handle.set(
                        CURLOPT_POSTFIELDS, pointer: body.baseAddress ?? UnsafeRawPointer(words.baseAddress))
                    handle.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
                }
                outlet_wait_begins()
                return outlet_curl_easy_perform(handle.pointer)
            }
            handle.set(CURLOPT_ERRORBUFFER, pointer: nil)
            return (code, String(cString: words.baseAddress!))
        }
    }
}

extension OutboundError.Reason {
    init(_ code: CURLcode, _ exchange: Exchange, words: String, cancelled: Bool) {
        self =
            switch code {
            case CURLE_ABORTED_BY_CALLBACK where cancelled: .cancelled
            case CURLE_FILESIZE_EXCEEDED: .tooLarge
            case CURLE_WRITE_ERROR where exchange.isTooLarge: .tooLarge
            case CURLE_COULDNT_CONNECT where exchange.wasAddressRefused: .addressRefused
            case CURLE_COULDNT_CONNECT: .couldNotConnect
            case CURLE_COULDNT_RESOLVE_HOST: .couldNotResolve
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR: .torn
            case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .malformed
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CLIENTCERT:
                .tls(words.isEmpty ? String(cString: outlet_curl_easy_strerror(code)) : words)
            default: .failed(String(cString: outlet_curl_easy_strerror(code)))
            }
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
