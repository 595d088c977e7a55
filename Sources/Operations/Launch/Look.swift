import Storage

/// A look at a pod that is not accepted yet. One at a time, and not too often: each is a sign-in.
struct Look: Sendable {
    var isUnderWay: Bool
    var nextAt: ContinuousClock.Instant
    var reason: String?  // Why the last one did not end it.
}

extension Meter {
    func beginsLook(at attempt: Attempt) -> Bool {
        looks.withLock { looks in
            if let look = looks[attempt.number], look.isUnderWay || look.nextAt > .now { return false }
            looks[attempt.number, default: Look(isUnderWay: true, nextAt: .now)].isUnderWay = true
            return true
        }
    }

    /// - Parameter reason: why there will be another one; nil: there will not.
    func endLook(at attempt: Attempt, again reason: String?) {
        looks.withLock { looks in
            looks[attempt.number] = reason.map {
                Look(isUnderWay: false, nextAt: .now + lookPause, reason: $0)
            }
        }
    }
}

extension ReadSession {
    /// Whether a try was made at the operator's own machines. One whose listing is not known counts as such.
    func isOwn(_ attempt: Attempt) throws -> Bool { try listing(attempt.listing)?.isOwn ?? true }
}
