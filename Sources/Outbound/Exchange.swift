import CCurl
import Glibc
import Synchronization

/// What libcurl is told, and tells, while one request is under way. Used by one thread, `isCancelled` aside.
final class Exchange {
    private let policy: OutboundPolicy
    private let isSecure: Bool
    private let cancellation: Cancellation

    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    private(set) var wasAddressRefused = false
    private(set) var hasStarted = false  // The request's first byte may have been sent.
    private var headerBytes = 0
    /// The answer's status is known.
    var hasHead: Bool { headerBytes > 0 }
    private static let largestHead = 64 << 10

    init(_ policy: OutboundPolicy, secure: Bool, cancellation: Cancellation) {
        self.policy = policy
        isSecure = secure
        self.cancellation = cancellation
    }

    /// Lets `handle` report to this exchange, which has to outlive its run.
    func listen(to handle: CurlHandle) {
        let own = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        let targets = [
            CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_PREREQDATA,
            CURLOPT_XFERINFODATA,
        ]
        for target in targets { handle.set(target, pointer: own) }
        _ = outlet_curl_set_receiver(handle.pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, target in
            exchange(target).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        _ = outlet_curl_set_receiver(handle.pointer, CURLOPT_HEADERFUNCTION) { _, size, count, target in
            exchange(target).takeHead(size * count)
        }
        _ = outlet_curl_set_opener(handle.pointer) { target, _, address in
            exchange(target).openSocket(address!)
        }
        _ = outlet_curl_set_starter(handle.pointer) { target, _, _, _, _ in
            exchange(target).hasStarted = true
            return CURL_PREREQFUNC_OK
        }
        handle.set(CURLOPT_NOPROGRESS, 0)
        _ = outlet_curl_set_progress(handle.pointer) { target, _, _, _, _ in
            exchange(target).cancellation.isCancelled ? 1 : 0
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= policy.largestBody else {
            isTooLarge = true
            return 0
        }
        body += bytes
        return bytes.count
    }

    private func takeHead(_ count: Int) -> Int {
        headerBytes += count
        guard headerBytes <= Self.largestHead else {
            isTooLarge = true
            return 0
        }
        return count
    }

    /// The last gate before a connection: here the name has become an address, and no later look-up can change it.
    private func openSocket(_ target: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let address = UnsafeRawPointer(target) + MemoryLayout<curl_sockaddr>.offset(of: \.addr)!
        let isAllowed =
            switch target.pointee.family {
            case AF_UNIX: if case .unixSocket = policy.reach { true } else { false }
            case AF_INET: allows(address.loadUnaligned(as: sockaddr_in.self).sin_addr)
            case AF_INET6: allows(address.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
            default: false
            }
        guard isAllowed else {
            wasAddressRefused = true
            return -1  // CURL_SOCKET_BAD
        }
        let type = target.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(target.pointee.family, type, target.pointee.protocol)
    }

    private func allows<Address>(_ address: Address) -> Bool {
        let bytes = withUnsafeBytes(of: address, Array.init)
        return policy.allows(NetworkAddress(bytes: bytes), secure: isSecure)
    }
}

private func exchange(_ target: UnsafeMutableRawPointer?) -> Exchange {
    Unmanaged<Exchange>.fromOpaque(target!).takeUnretainedValue()
}

/// Says from any thread that nobody waits for the answer any more.
final class Cancellation: Sendable {
    private let flag = Atomic(false)
    var isCancelled: Bool { flag.load(ordering: .relaxed) }
    func cancel() { flag.store(true, ordering: .relaxed) }
}
