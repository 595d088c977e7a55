import Foundation

/// A value of Stripe's JSON, read by name. What is missing, or of another kind than expected, is nil: Stripe adds fields at
/// any time, and an unknown word must never end a handler.
package struct StripeObject: Sendable {
    private let value: Value

    private indirect enum Value: Sendable {
        case object([String: StripeObject])
        case list([StripeObject])
        case text(String)
        case whole(Int64)
        case truth(Bool)
        case nothing
    }

    /// Nil when `json` is not JSON.
    package init?(json: [UInt8]) {
        guard let decoded = try? JSONDecoder().decode(StripeObject.self, from: Data(json)) else { return nil }
        self = decoded
    }

    package subscript(name: String) -> StripeObject? {
        guard case .object(let fields) = value else { return nil }
        return fields[name]
    }

    package var text: String? {
        guard case .text(let text) = value else { return nil }
        return text
    }

    /// Amounts and times: whole numbers only.
    package var whole: Int64? {
        guard case .whole(let number) = value else { return nil }
        return number
    }

    package var truth: Bool? {
        guard case .truth(let truth) = value else { return nil }
        return truth
    }

    package var list: [StripeObject] {
        guard case .list(let items) = value else { return [] }
        return items
    }

    /// The id, where Stripe gives the object or, expanded, all of it.
    package var reference: String? { text ?? self["id"]?.text }
}

extension StripeObject: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .nothing
        } else if let truth = try? container.decode(Bool.self) {
            value = .truth(truth)
        } else if let number = try? container.decode(Int64.self) {
            value = .whole(number)
        } else if let text = try? container.decode(String.self) {
            value = .text(text)
        } else if let fields = try? container.decode([String: StripeObject].self) {
            value = .object(fields)
        } else if let items = try? container.decode([StripeObject].self) {
            value = .list(items)
        } else {
            value = .nothing  // Fractions and whole numbers beyond 64 bits: nothing that we read.
        }
    }
}
