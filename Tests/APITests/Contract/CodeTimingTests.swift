import Domain
import Foundation
import Testing

/// How many requests of each kind to time; for `scripts/soak timing`, which reports what it finds.
private let wanted = ProcessInfo.processInfo.environment["OUTLET_SOAK_TIMED_CODES"].flatMap { Int($0) } ?? 0

@Suite struct `The time of a request for a code` {
    @Test(.enabled(if: wanted > 0))
    func `does not tell whether there is an account`() throws {
        let o = try Outlet { $0.signIn.signUp = .invitation }
        _ = try o.renter()
        var times: [String: [Double]] = ["ada": [], "eve": []]  // Eve has none, and may make none.
        for round in 0..<wanted + 50 {
            o.store.clock.advance(by: .minute)
            for name in ["ada", "eve"].shuffled() {
                let start = ContinuousClock.now
                let reply = o.post("/v1/auth/request-code", #"{"email":"\#(name)@example.org"}"#)
                let time = (ContinuousClock.now - start) / .microseconds(1)
                #expect(reply.status == 200 && reply.text.contains("true"))
                if round >= 50 { times[name]!.append(time) }  // The first ones fill caches.
            }
        }
        let (known, unknown) = (times["ada"]!.sorted(), times["eve"]!.sorted())
        let score = Self.rankScore(known, unknown)
        print(
            """
            soak: \(wanted) requests each, in µs: with an account \(Self.summary(known)); without \
            \(Self.summary(unknown)); rank-sum score \(String(format: "%.2f", score))
            """)
        // By chance alone, once in 15,000 runs.
        #expect(abs(score) < 4)
    }

    private static func summary(_ sorted: [Double]) -> String {
        [0.1, 0.5, 0.9].map { "p\(Int($0 * 100)) \(Int(sorted[Int(Double(sorted.count) * $0)]))" }
            .joined(separator: ", ")
    }

    /// Wilcoxon's rank sum as a standard normal score: how sure one may be that one kind takes longer.
    private static func rankScore(_ left: [Double], _ right: [Double]) -> Double {
        let all = (left.map { ($0, true) } + right.map { ($0, false) }).sorted { $0.0 < $1.0 }
        let sum = all.enumerated().reduce(0.0) { $0 + ($1.element.1 ? Double($1.offset + 1) : 0) }
        let (m, n) = (Double(left.count), Double(right.count))
        return (sum - m * (m + n + 1) / 2) / (m * n * (m + n + 1) / 12).squareRoot()
    }
}
