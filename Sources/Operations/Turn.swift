import Storage

/// How long one transaction of many parts may go on: for a while when nobody waits to write, and briefly when somebody
/// does. A commit for each part would take longer than all the rest; a renter's stop must not wait for thousands.
struct Turn {
    private let database: Database
    private let longest: Duration
    private let start = ContinuousClock.now

    /// - Parameter database: whose write lock is held.
    init(of database: Database, longest: Duration = .milliseconds(20)) {
        self.database = database
        self.longest = longest
    }

    var isOver: Bool {
        let spent = ContinuousClock.now - start
        return spent >= longest || spent >= Self.shortest && database.isWaitedFor
    }

    private static let shortest: Duration = .milliseconds(2)
}
