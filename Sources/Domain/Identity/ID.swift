/// What an id can name. The prefix stands before the ULID in every text form: `rent_01J…`.
package protocol Identified { static var idPrefix: String { get } }

/// The id of one `Subject`: a type prefix and a 26-character ULID (Crockford base 32, upper case).
/// Ids of one subject sort by the time they were made. Kept as its whole text, `usr_01J8…`.
package struct ID<Subject: Identified>: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    /// Nil when the text is not the prefix of `Subject` followed by a well-formed ULID.
    package init?(_ text: String) {
        var (checked, prefix) = (text, Subject.idPrefix)
        let isWellFormed = checked.withUTF8 { text in
            prefix.withUTF8 { prefix in
                text.starts(with: prefix) && text.dropFirst(prefix.count).first == UInt8(ascii: "_")
                    && ULID(text.dropFirst(prefix.count + 1)) != nil
            }
        }
        guard isWellFormed else { return nil }
        self.text = text
    }

    package init(_ ulid: ULID) { text = "\(Subject.idPrefix)_\(ulid)" }

    package var description: String { text }

    /// By its last eight characters: they are random, and the rest is mostly the same in all ids of a day.
    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 {
            hasher.combine(
                UnsafeRawBufferPointer($0).loadUnaligned(fromByteOffset: $0.count - 8, as: UInt64.self))
        }
    }

    package static func < (left: ID, right: ID) -> Bool { left.text < right.text }
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
