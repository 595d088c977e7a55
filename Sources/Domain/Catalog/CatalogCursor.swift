/// A cursor that this outlet did not write.
package struct CursorRefusal: Error, Hashable, Sendable {
    package init() {}
}

/// A place in the order of the catalog: cheapest first, ties by id.
/// It names the last listing that was read, not a number of rows, so rows that come and go do not shift a page.
struct CatalogPlace: Comparable {
    let price: HourlyRate
    let id: Listing.ID

    init(of listing: Listing) { (price, id) = (listing.price, listing.id) }

    /// - Throws: `CursorRefusal` unless the text is the cursor of a place.
    init(cursor: String) throws(CursorRefusal) {
        guard let bytes = Base64.decode(cursor, as: .url) else { throw CursorRefusal() }
        let parts = String(decoding: bytes, as: UTF8.self).split(
            separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let cents = Int64(parts[0]), let price = HourlyRate(centsPerHour: cents),
            let id = Listing.ID(String(parts[1]))
        else { throw CursorRefusal() }
        (self.price, self.id) = (price, id)
        guard self.cursor == cursor else { throw CursorRefusal() }  // Such as a price of “+65”.
    }

    var cursor: String { Base64.encode("\(price.centsPerHour):\(id)".utf8, as: .url) }

    static func < (left: CatalogPlace, right: CatalogPlace) -> Bool {
        (left.price, left.id) < (right.price, right.id)
    }
}
