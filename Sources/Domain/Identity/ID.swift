/// What an id can name. The prefix stands before the ULID in every text form: `rent_01J…`.
package protocol Identified { static var idPrefix: String { get } }

/// The id of one `Subject`: a type prefix and a 26-character ULID (Crockford base 32, upper case).
/// Ids of one subject sort by the time they were made. Kept as a number, which is copied without being counted; the text
/// is made where it is read.
package struct ID<Subject: Identified>: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let ulid: ULID

    package init(_ ulid: ULID) { self.ulid = ulid }

    /// Nil when the text is not the prefix of `Subject` followed by a well-formed ULID.
    package init?(_ text: String) {
        var text = text
        guard let id = text.withUTF8({ ID(utf8: $0) }) else { return nil }
        self = id
    }

    /// The same of a text that is UTF-8 in memory.
    package init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        var prefix = Subject.idPrefix
        let size = prefix.utf8.count + 1
        guard text.count == size + ULID.length, text[size - 1] == UInt8(ascii: "_"),
            prefix.withUTF8({ $0.elementsEqual(text[..<(size - 1)]) }),
            let ulid = ULID(text[size...])
        else { return nil }
        self.ulid = ulid
    }

    /// `rent_01J…`
    package var text: String {
        String(unsafeUninitializedCapacity: Self.length) {
            write(to: $0.baseAddress!)
            return Self.length
        }
    }

    package static var length: Int { Subject.idPrefix.utf8.count + 1 + ULID.length }

    /// Puts the `length` bytes of its text at `start`.
    package func write(to start: UnsafeMutablePointer<UInt8>) {
        var next = start
        for byte in Subject.idPrefix.utf8 {
            next.pointee = byte
            next += 1
        }
        next.pointee = UInt8(ascii: "_")
        ulid.write(to: next + 1)
    }

    package var description: String { text }

    package static func < (left: ID, right: ID) -> Bool { left.ulid < right.ulid }
}

package enum User: Identified { package static let idPrefix = "usr" }
package enum Rental: Identified { package static let idPrefix = "rent" }
package enum ListingSubject: Identified { package static let idPrefix = "lst" }
package enum LedgerEntry: Identified { package static let idPrefix = "led" }
package enum Payment: Identified { package static let idPrefix = "pay" }
package enum SSHKey: Identified { package static let idPrefix = "key" }
package enum AccessToken: Identified { package static let idPrefix = "tok" }
package enum Session: Identified { package static let idPrefix = "ses" }
package enum Event: Identified { package static let idPrefix = "evt" }
