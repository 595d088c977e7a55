import Domain
import Foundation

/// A JSON Web Token in its compact form (RFC 7515), taken apart and not yet believed.
struct SignedToken {
    struct Header: Decodable {
        let alg: String
        let kid: String?
        let typ: String?
        let crit: [String]?
    }

    static let longest = 16_384

    let header: Header
    let claims: [UInt8]  // JSON
    let signed: [UInt8]  // The bytes that the signature is of.
    let signature: [UInt8]

    /// - Throws: `IDTokenRefusal.malformed`, also for extensions that have to be understood: we know none.
    init(_ text: String) throws(IDTokenRefusal) {
        let parts =
            text.utf8.count <= Self.longest
            ? text.split(separator: ".", omittingEmptySubsequences: false) : []
        guard parts.count == 3, let head = Base64.decode(parts[0], as: .url),
            let claims = Base64.decode(parts[1], as: .url), let signature = Base64.decode(parts[2], as: .url),
            let header = try? JSONDecoder().decode(Header.self, from: Data(head)),
            header.crit == nil, header.typ == nil || header.typ?.lowercased() == "jwt"
        else { throw .malformed }
        self.header = header
        self.claims = claims
        self.signature = signature
        signed = Array("\(parts[0]).\(parts[1])".utf8)
    }
}
