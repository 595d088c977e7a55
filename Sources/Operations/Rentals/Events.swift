import Domain
import Storage

/// What is told of a rental's life; the type is part of the contract.
enum RentalEventType: String {
    case launched = "rental.launched"
    case attempt = "rental.attempt"
    case running = "rental.running"
    case stopping = "rental.stopping"
    case stopped = "rental.stopped"
    case failed = "rental.failed"
}

extension Context {
    func record(
        _ type: RentalEventType, of rental: RentalRow, _ message: String, in transaction: any Transaction
    ) throws {
        try record(type.rawValue, of: rental.user, rental: rental.id, message, in: transaction)
    }

    /// A rental's history, oldest first.
    package func events(of rental: ID<Rental>) throws -> [RentalEventView] {
        try database.read { session in
            try session.rows(
                "SELECT id, type, message, at_s FROM event WHERE rental_id = \(rental) ORDER BY seq"
            ).map {
                RentalEventView(
                    id: $0.id("id"), type: $0.text("type"), at: $0.instant("at_s"),
                    message: $0.text("message"))
            }
        }
    }
}
