import Domain
import Storage

/// One line of the audit trail.
package struct EventView: Sendable {
    package let id: ID<Event>
    package let type: String
    package let at: Instant
    package let message: String
    package let user: ID<User>?
    package let rental: ID<Rental>?
    package let actor: String
    package let address: String?
    package let requestID: String?
}

/// Which events a list shows; the times are inclusive and exclusive.
package struct EventFilter: Sendable {
    package var user: ID<User>?
    package var rental: ID<Rental>?
    package var type: String?  // Or the start of one, up to a dot: `rental` is all of rentals.
    package var from: Instant?
    package var to: Instant?

    package init() {}
}

extension Context {
    /// One page, newest first. The cursor is the last id of the page before.
    /// - Throws: `CursorRefusal`
    package func events(_ filter: EventFilter, cursor: String?, pageSize: Int) throws -> Page<EventView> {
        try database.read { session in
            var condition = filter.condition
            if let cursor {
                guard let last = ID<Event>(cursor),
                    let row = try session.row("SELECT seq FROM event WHERE id = \(last) AND \(condition)")
                else { throw CursorRefusal() }
                condition = "\(condition) AND seq < \(row.int("seq"))"
            }
            let rows = try session.rows(
                """
                SELECT id, type, at_s, message, user_id, rental_id, actor, address, request_id FROM event
                 WHERE \(condition) ORDER BY seq DESC LIMIT \(pageSize + 1)
                """)
            let items = rows.prefix(pageSize).map(EventView.init)
            return Page(items: items, next: rows.count > pageSize ? items.last?.id.text : nil)
        }
    }
}

extension EventFilter {
    fileprivate var condition: SQL {
        var condition: SQL = "1 = 1"
        if let user { condition = "\(condition) AND user_id = \(user)" }
        if let rental { condition = "\(condition) AND rental_id = \(rental)" }
        if let type {
            condition =
                "\(condition) AND (type = \(type) OR substr(type, 1, \(type.utf8.count + 1)) = \(type + "."))"
        }
        if let from { condition = "\(condition) AND at_s >= \(from)" }
        if let to { condition = "\(condition) AND at_s < \(to)" }
        return condition
    }
}

extension EventView {
    fileprivate init(_ row: Row) {
        self.init(
            id: row.id("id"), type: row.text("type"), at: row.instant("at_s"), message: row.text("message"),
            user: row.isNull("user_id") ? nil : row.id("user_id"),
            rental: row.isNull("rental_id") ? nil : row.id("rental_id"), actor: row.text("actor"),
            address: row.optionalText("address"), requestID: row.optionalText("request_id"))
    }
}
