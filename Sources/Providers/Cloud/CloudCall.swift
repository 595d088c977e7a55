import Foundation
import JSON
import Outbound

/// One call to a provider's API.
struct CloudCall: Sendable {
    var method: OutboundRequest.Method
    var path: String  // With every part encoded; see `CloudCall.part`.
    var query: [(name: String, value: String)] = []
    var body: JSON?
    var buckets: [String]
    /// How long it may wait for its turn, and then for the whole answer.
    var patience: Duration
    var within: Duration
    var isStream = false

    init(
        _ method: OutboundRequest.Method, _ path: String, query: [(name: String, value: String)] = [],
        body: JSON? = nil, buckets: [String], patience: Duration = .seconds(5),
        within: Duration = .seconds(15)
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.buckets = buckets
        self.patience = patience
        self.within = within
    }

    /// One part of a path, or a name or value of a query.
    static func part(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved)!
    }

    var target: String {
        let pairs = query.map { "\(Self.part($0.name))=\(Self.part($0.value))" }
        return path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

/// A whole answer.
struct CloudAnswer: Sendable {
    let status: Int
    let json: JSON?  // Nil when it is none.
    let body: [UInt8]
    private let headers: [String: String]

    init(_ response: OutboundResponse) {
        status = response.status
        body = response.body
        json = JSON(response.body)
        headers = Dictionary(response.headers.map { ($0.name, $0.value) }) { first, _ in first }
    }

    var succeeded: Bool { (200..<300).contains(status) }
    var text: String { String(decoding: body, as: UTF8.self) }

    /// How long to stay away: `Retry-After` in seconds or as a date.
    var retryAfter: Duration? {
        guard let value = headers["retry-after"]?.trimmingCharacters(in: .whitespaces) else { return nil }
        if let seconds = Int(value), seconds >= 0 { return .seconds(min(seconds, 86_400)) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: value).map {
            .seconds(min(max($0.timeIntervalSinceNow.rounded(.up), 0), 86_400))
        }
    }

    /// For how long a window that is now empty stays so, by the header `RateLimit: "minute";r=0;t=12` (draft of the IETF).
    var exhaustedFor: Duration? {
        (headers["ratelimit"] ?? "").split(separator: ",").compactMap { window -> Int? in
            let values = Dictionary(
                window.split(separator: ";").compactMap { pair in
                    let parts = pair.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
                    return parts.count == 2 ? Int(parts[1]).map { (parts[0], $0) } : nil
                }
            ) { first, _ in first }
            return values["r"] == 0 ? values["t"] : nil
        }.max().map { .seconds(min(max($0, 0), 3_600)) }
    }
}
