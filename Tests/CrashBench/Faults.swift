import CFaults
import Glibc
import Synchronization

/// One thing that goes wrong in this process, and when.
package struct Trap: Sendable {
    package enum Act: String, CaseIterable, Sendable {
        case kill  // SIGKILL.
        case tear  // Half of a write, then SIGKILL.
        case powerCut = "power-cut"  // What was not synced is lost, then SIGKILL.
        case ioError = "io-error"
        case noSpace = "no-space"
    }

    package let point: Point
    package let occurrence: Int  // Counted from 1, since the trap was set.
    package let length: Int  // How many times in a row a device fails.
    package let act: Act

    package init(_ act: Act, at point: Point, occurrence: Int, length: Int = 1) {
        self.act = act
        self.point = point
        self.occurrence = occurrence
        self.length = length
    }
}

/// A place at which a process may die: just before or just after a step.
package struct Point: Hashable, Sendable, CustomStringConvertible {
    package let step: String
    package let isAfter: Bool

    package init(_ step: String, isAfter: Bool) {
        self.step = step
        self.isAfter = isAfter
    }

    /// `before:wal.sync`
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, ["before", "after"].contains(parts[0]) else { return nil }
        self.init(String(parts[1]), isAfter: parts[0] == "after")
    }

    package var description: String { (isAfter ? "after:" : "before:") + step }

    /// What SQLite does to the database: commits are writes and a sync of its log, checkpoints the rest.
    package static let storage = ["wal.write", "wal.sync", "wal.truncate", "db.write", "db.sync"].flatMap(
        sides)
    /// Every call of the provider.
    package static let provider = ["offers", "create", "list", "get", "terminate", "log"]
        .map { "provider.\($0)" }.flatMap(sides)
    /// What was committed is told to whoever asked.
    package static let reply = sides(of: "reply")
    package static let all = storage + provider + reply

    private static func sides(of step: String) -> [Point] {
        [Point(step, isAfter: false), Point(step, isAfter: true)]
    }
}

/// The faults of this process. SQLite reports its own steps, everything else calls `pass`.
package enum Faults {
    private struct State {
        var trap: Trap?
        var seen = 0
    }

    private static let state = Mutex(State())

    /// Puts the layer of faults below every database that is opened from here on; for a process of its own.
    package static func install(trap: Trap?, syncs: Bool) {
        state.withLock { $0 = State(trap: trap) }
        let status = outlet_faults_install("outlet.db", syncs ? 1 : 0) { step, after in
            Faults.reach(Point(String(cString: step!), isAfter: after != 0))
        }
        precondition(status == 0, "SQLite takes the layer")
    }

    /// Runs `step`; the process may die before it or after it.
    package static func pass<Answer>(_ step: String, _ body: () throws -> Answer) rethrows -> Answer {
        _ = reach(Point(step, isAfter: false))
        let answer = try body()
        _ = reach(Point(step, isAfter: true))
        return answer
    }

    /// Checkpoints beside the writers, as nothing in the outlet does; answers how often.
    package static func checkpointPassively(_ path: String, seconds: Double) -> Int {
        Int(outlet_checkpoint_passively(path, Int32(seconds * 1_000)))
    }

    private static func reach(_ point: Point) -> outlet_fault {
        let act = state.withLock { state -> Trap.Act? in
            guard let trap = state.trap, trap.point == point else { return nil }
            state.seen += 1
            return (trap.occurrence..<trap.occurrence + trap.length).contains(state.seen) ? trap.act : nil
        }
        switch act {
        case nil: return OUTLET_GO_ON
        case .kill:
            Glibc.kill(getpid(), SIGKILL)
            while true { pause() }
        case .tear: return OUTLET_TEAR
        case .powerCut: return OUTLET_POWER_CUT
        case .ioError: return OUTLET_IO_ERROR
        case .noSpace: return OUTLET_NO_SPACE
        }
    }
}
