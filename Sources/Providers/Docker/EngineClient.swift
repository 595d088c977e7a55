import Configuration
import Foundation
import Outbound
import Synchronization

/// Docker's Engine API of one machine, as Docker and Podman speak it. Every call may throw an `EngineFault`.
final class EngineClient: Sendable {
    /// The newest version whose answers this client knows; what is spoken is the lower of both sides' newest.
    static let newest = EngineVersion(1, 55)
    static let oldest = EngineVersion(1, 41)

    let place: String  // The endpoint as the configuration has it, for messages.
    private let outbound: OutboundClient
    private let base: String
    private let tunnel: SSHTunnel?
    private let hello = Mutex<EngineHello?>(nil)

    /// - Parameter runDirectory: where the socket of a tunnel is put.
    convenience init(_ settings: DockerProviderSettings, runDirectory: String) {
        let place = settings.endpoint.text
        switch settings.endpoint {
        case .unix(let path):
            self.init(place: place, socket: path)
        case .ssh:
            let tunnel = SSHTunnel(settings.endpoint, in: runDirectory)
            self.init(place: place, socket: tunnel.path, tunnel: tunnel)
        case .tcp(let host, let port, let tls):
            let policy = OutboundPolicy(
                reach: .privateAddresses, within: .seconds(30), largestBody: 32 << 20, caFile: tls.caFile,
                clientCertificate: .init(certificateFile: tls.certificateFile, keyFile: tls.keyFile))
            let name = host.contains(":") ? "[\(host)]" : host
            self.init(place: place, base: "https://\(name):\(port)", policy: policy, tunnel: nil)
        }
    }

    convenience init(place: String, socket: String, tunnel: SSHTunnel? = nil) {
        let policy = OutboundPolicy(
            reach: .unixSocket(path: socket), within: .seconds(30), largestBody: 32 << 20)
        self.init(place: place, base: "http://localhost", policy: policy, tunnel: tunnel)
    }

    private init(place: String, base: String, policy: OutboundPolicy, tunnel: SSHTunnel?) {
        self.place = place
        self.base = base
        self.tunnel = tunnel
        outbound = OutboundClient(policy: policy)
    }

    /// Who answers, and in which version one speaks with it. Asked once; forgotten when the connection fails.
    func greet() async throws -> EngineHello {
        if let known = hello.withLock(\.self) { return known }
        let answer = try await send(.get, base + "/_ping", within: .seconds(5))
        guard answer.status == 200, let theirs = answer.header("api-version").flatMap(EngineVersion.init)
        else {
            throw EngineFault.unusable("\(place) does not answer as a container engine does")
        }
        let podman = answer.header("libpod-api-version").flatMap(EngineVersion.init)
        let spoken = min(theirs, Self.newest)
        let version = try await send(.get, base + "/version", within: .seconds(5))
        let about = try decode(VersionAnswer.self, version)
        let least = about.MinAPIVersion.flatMap(EngineVersion.init) ?? Self.oldest
        guard spoken >= Self.oldest, spoken >= least else {
            throw EngineFault.unusable(
                "\(place) speaks API \(least) to \(theirs), this outlet \(Self.oldest) to \(Self.newest); "
                    + "update the engine, or lower min-api-version in its daemon.json")
        }
        let found = EngineHello(
            version: spoken, software: about.Version ?? "?", podman: podman,
            serverOS: about.Os ?? "linux", architecture: about.Arch ?? "")
        hello.withLock { $0 = found }
        return found
    }

    /// - Parameters:
    ///   - query: names and plain values.
    ///   - version: of Podman's own API; nil: of Docker's, as it is spoken with this engine.
    func call(
        _ method: OutboundRequest.Method, _ path: String, query: [(String, String)] = [],
        body: EngineBody = .none, version: String? = nil, within: Duration = .seconds(30),
        on workers: Workers = .shared
    ) async throws -> OutboundResponse {
        let spoken = try await greet().version
        let pairs = query.map { "\($0)=\(escaped($1))" }.joined(separator: "&")
        let url = "\(base)/v\(version ?? "\(spoken)")\(path)" + (pairs.isEmpty ? "" : "?" + pairs)
        return try await send(method, url, body: body, within: within, on: workers)
    }

    /// The answer as a value, when its status is one of success.
    func get<Value: Decodable>(
        _ type: Value.Type, _ path: String, query: [(String, String)] = [], within: Duration = .seconds(15)
    ) async throws -> Value {
        let answer = try await call(.get, path, query: query, within: within)
        guard answer.status == 200 else { throw EngineFault(answer) }
        return try decode(type, answer)
    }

    func decode<Value: Decodable>(_ type: Value.Type, _ answer: OutboundResponse) throws -> Value {
        do { return try JSONDecoder().decode(type, from: Data(answer.body)) } catch {
            throw EngineFault.malformed("\(place) answers what \(type) cannot be read from")
        }
    }

    private func send(
        _ method: OutboundRequest.Method, _ url: String, body: EngineBody = .none, within: Duration,
        on workers: Workers = .shared
    ) async throws -> OutboundResponse {
        guard let url = OutboundURL(url) else {
            throw EngineFault.unusable("\(place) makes no address for a request")
        }
        let request = OutboundRequest(
            method, url, headers: body.type.map { [(name: "Content-Type", value: $0)] } ?? [],
            body: body.bytes, within: within)
        do {
            try await tunnel?.open()
            return try await outbound.send(request, on: workers)
        } catch let error as OutboundError {
            hello.withLock { $0 = nil }  // It may come back as another release.
            if !error.mayHaveArrived { tunnel?.close() }
            throw EngineFault.silent("\(place): \(error.reasonInWords)", mayHaveActed: error.mayHaveArrived)
        }
    }

    private func escaped(_ value: String) -> String {
        value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

/// What a request carries.
enum EngineBody {
    case none
    case json([UInt8])
    case tar([UInt8])

    /// Its keys in order, so that the same order is the same text.
    static func json(of value: some Encodable) throws -> EngineBody {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .json([UInt8](try encoder.encode(value)))
    }

    var bytes: [UInt8] {
        switch self {
        case .none: []
        case .json(let bytes), .tar(let bytes): bytes
        }
    }

    var type: String? {
        switch self {
        case .none: nil
        case .json: "application/json"
        case .tar: "application/x-tar"
        }
    }
}

extension OutboundError {
    /// Without the host: of a Unix socket it says nothing.
    fileprivate var reasonInWords: String {
        String(description.dropFirst(host.count + 2))
    }
}
