import Domain
import Glibc
import Storage

/// How often one subject may do something in a time that starts with the first of it.
struct Quota: Hashable, Sendable {
    let subject: String  // What is counted and for whom, such as `code:ada@example.org`.
    let limit: Int
    let window: Seconds  // At most an hour, since older counts are forgotten.
}

extension Context {
    /// Takes one from each quota, or nothing.
    /// - Returns: how long until all have one left; nil when it was taken.
    func take(_ quotas: [Quota]) throws -> Seconds? {
        let now = wallClock
        return try ephemeral.write { transaction in
            let states = try quotas.map { ($0, try transaction.state(of: $0, at: now)) }
            if let wait = states.compactMap({ $1.wait }).max() { return wait }
            for (quota, state) in states {
                try transaction.setRequestCount(
                    state.used + 1, of: quota.subject, window: quota.window, startingAt: state.start)
            }
            return nil
        }
    }

    /// How long until all quotas have one left; nil when they have now.
    func wait(for quotas: [Quota]) throws -> Seconds? {
        let now = wallClock
        return try ephemeral.read { session in
            try quotas.compactMap { try session.state(of: $0, at: now).wait }.max()
        }
    }

    /// Whom a client address is counted as. A household or a server has 2^64 IPv6 addresses, so those count by
    /// their /64.
    package static func subject(ofAddress address: String) -> String {
        var six = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, address, &six) == 1 else { return "ip:\(address)" }
        if six.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) {  // IPv4, mapped.
            return "ip:" + six.suffix(4).map { "\($0)" }.joined(separator: ".")
        }
        let groups = stride(from: 0, to: 8, by: 2).map {
            String(Int(six[$0]) << 8 | Int(six[$0 + 1]), radix: 16)
        }
        return "ip:\(groups.joined(separator: ":"))::/64"
    }
}

extension ReadSession {
    fileprivate func state(of quota: Quota, at now: Instant) throws -> (
        start: Instant, used: Int64, wait: Seconds?
    ) {
        // A start in the future is from before the clock was set back: it starts anew.
        guard let count = try requestCount(of: quota.subject, window: quota.window),
            count.start <= now, now < count.start + quota.window
        else { return (now, 0, nil) }
        let isSpent = count.tenths >= quota.limit
        return (count.start, count.tenths, isSpent ? count.start + quota.window - now : nil)
    }
}
