import Domain

/// The rentals of a batch on their way from how the books have them to how the batch left them.
struct RentalLives {
    /// What a movement of money needs of its rental.
    enum Need {
        case begun, running, closed

        /// What goes back does so once nothing more is billed.
        init(transfer code: SQL.Value?) {
            self = code == .text("release") || code == .text("credit") ? .closed : .begun
        }

        fileprivate func isMet(by columns: [String: SQL.Value]) -> Bool {
            switch self {
            case .begun: true
            case .running: columns["running_at_s"] != .null
            case .closed: columns["closed_at_s"] != .null
            }
        }
    }

    private let transaction: any Transaction
    private var milestones: ArraySlice<SegmentLine.ChangedRow>
    private var ahead: [String: [SegmentLine.ChangedRow]] = [:]  // The milestones of each rental.
    private var ends: [String: [String: SQL.Value]] = [:]
    private var holds: [String: [String: SQL.Value]] = [:]

    init(
        milestones: [SegmentLine.ChangedRow], rentals: [SegmentLine.ChangedRow],
        holds accounts: [SegmentLine.ChangedRow], in transaction: any Transaction
    ) {
        self.transaction = transaction
        self.milestones = milestones[...]
        for row in rentals { if let id = row.key { ends[id] = row.columns } }
        for row in accounts {
            if case .text(let rental)? = row.columns?["rental_id"] { holds[rental] = row.columns }
        }
        for row in milestones {
            if case .text(let rental)? = row.columns?["rental_id"] { ahead[rental, default: []].append(row) }
        }
    }

    /// Rentals that run in the books already were seen alive until later.
    func confirm() throws {
        for (id, end) in ends {
            guard let confirmed = end["confirmed_at_s"], confirmed != .null,
                try books(id)?["running_at_s"].map({ $0 != .null }) ?? false
            else { continue }
            try transaction.update("rental", ["confirmed_at_s": confirmed], where: "id", is: id)
        }
    }

    /// Brings this rental, and with it all that came before, as far as `need` asks. Any other text than a rental's id: nothing.
    mutating func lead(_ rental: String, to need: Need) throws {
        guard let ahead = ahead[rental] else { return }
        if let now = try books(rental), need.isMet(by: now) { return }
        guard let next = ahead.first(where: { need.isMet(by: $0.columns ?? [:]) }) else { return }
        try pass(through: next.number)
    }

    /// The rest of what the batch says of them.
    mutating func finish() throws {
        try pass(through: .max)
        for (id, end) in ends.sorted(by: { $0.key < $1.key }) {
            // Billed seconds move with usage alone: they must be what they were.
            var rest = end
            let billed = rest.removeValue(forKey: "billed_s")
            try transaction.update("rental", rest, where: "id", is: id)
            guard try books(id)?["billed_s"] == billed else {
                throw ReplayFault(description: "usage of \(id) is missing")
            }
        }
    }

    private mutating func pass(through number: Int64) throws {
        while let next = milestones.first, next.number <= number {
            milestones.removeFirst()
            try pass(next)
        }
    }

    /// The schema writes the milestone itself, under the number that it had.
    private func pass(_ milestone: SegmentLine.ChangedRow) throws {
        guard let said = milestone.columns, case .text(let id)? = said["rental_id"], let end = ends[id] else {
            throw ReplayFault(description: "milestone \(milestone.number) has no rental")
        }
        var columns = said.filter { Self.moving.contains($0.key) }
        if try books(id) == nil {
            columns = end.merging(columns) { _, said in said }
            (columns["billed_s"], columns["confirmed_at_s"]) = (.integer(0), .null)
            try transaction.insert(into: "rental", columns)
            if let hold = holds[id] { try transaction.openEmpty(hold) }
        } else {
            if columns["running_at_s"] != .null { columns["confirmed_at_s"] = end["confirmed_at_s"] }
            try transaction.update("rental", columns, where: "id", is: id)
        }
        guard try transaction.has("milestone", where: "id", is: "\(milestone.number)") else {
            throw ReplayFault(description: "milestone \(milestone.number) does not follow")
        }
    }

    private static let moving: Set = [
        "state", "rate_cents", "running_at_s", "ends_at_s", "closed_at_s", "stop_reason",
    ]

    private func books(_ id: String) throws -> [String: SQL.Value]? {
        try transaction.row("SELECT * FROM rental WHERE id = \(id)")?.named
    }
}

extension Transaction {
    /// Opens an account under its old number; its balance follows from the transfers.
    func openEmpty(_ account: [String: SQL.Value]) throws {
        var empty = account
        (empty["balance_cents"], empty["last_transfer"]) = (.integer(0), .integer(0))
        try insert(into: "account", empty)
    }
}
