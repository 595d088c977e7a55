import Domain
import HTTP
import Operations
import Synchronization

/// A filtered ledger as CSV (RFC 4180), newest first, read and sent piece by piece.
/// Lines that are posted meanwhile are newer than all that is still to be read, so none comes twice.
final class LedgerCSV: Sendable {
    private static let pieceSize = 500
    static let columns = [
        "id", "type", "amountCents", "createdAt", "balanceAfterCents", "availableAfterCents",
        "reservedAfterCents",
        "rentalId", "secondsBilled", "ratePerHourCents", "periodStart", "periodEnd", "stripeChargeId",
        "paymentId",
        "note", "seal",
    ]

    private enum Place { case start, before(Int64), end }

    private let context: Context
    private let user: ID<User>
    private let filter: LedgerFilter
    private let place = Mutex(Place.start)

    private init(context: Context, user: ID<User>, filter: LedgerFilter) {
        self.context = context
        self.user = user
        self.filter = filter
    }

    static func response(context: Context, user: ID<User>, filter: LedgerFilter) -> Response {
        let ledger = LedgerCSV(context: context, user: user, filter: filter)
        var response = Response(
            status: 200,
            headers: [
                ("Content-Type", "text/csv; charset=utf-8; header=present"),
                ("Content-Disposition", "attachment; filename=\"ledger.csv\""),
            ])
        response.body = .chunks { try ledger.next() }
        return response
    }

    private func next() throws -> [UInt8]? {
        try place.withLock { place in
            var text = ""
            var last: Int64?
            switch place {
            case .end: return nil
            case .start: text = CSV.line(Self.columns)
            case .before(let sequence): last = sequence
            }
            let entries = try context.ledgerRows(
                of: user, filter: filter, before: last, limit: Self.pieceSize)
            for entry in entries { text += CSV.line(Self.cells(of: entry)) }
            place = entries.count < Self.pieceSize ? .end : .before(entries[entries.count - 1].sequence)
            return Array(text.utf8)
        }
    }

    private static func cells(of entry: LedgerEntryView) -> [String] {
        [
            entry.id.text, entry.type, "\(entry.amount.count)", entry.createdAt.iso8601,
            "\(entry.balanceAfter.count)",
            "\(entry.availableAfter.count)", "\(entry.reservedAfter.count)", entry.rental?.text ?? "",
            entry.seconds.map { "\($0.count)" } ?? "", entry.rate.map { "\($0.centsPerHour)" } ?? "",
            entry.periodStart?.iso8601 ?? "", entry.periodEnd?.iso8601 ?? "", entry.charge ?? "",
            entry.payment?.text ?? "", CSV.harmless(entry.note ?? ""), entry.seal?.hexadecimal ?? "",
        ]
    }
}

/// Comma-separated values as RFC 4180 has them.
enum CSV {
    static func line(_ cells: [String]) -> String { cells.map(quoted).joined(separator: ",") + "\r\n" }

    /// Text that a spreadsheet would take for a formula gets an apostrophe in front, and stays text.
    static func harmless(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) else {
            return text
        }
        return "'" + text
    }

    private static func quoted(_ cell: String) -> String {
        let needsQuotes = cell.utf8.contains {
            [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0a, 0x0d].contains($0)
        }
        guard needsQuotes else { return cell }
        var text = "\""
        for scalar in cell.unicodeScalars {
            text += scalar == "\"" ? "\"\"" : String(scalar)
        }
        return text + "\""
    }
}
