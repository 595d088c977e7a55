import Domain
import Foundation

/// What a token endpoint answers. A refusal is told by `error`: GitHub sends it with status 200.
package enum TokenAnswer: Hashable, Sendable {
    case granted(accessToken: String, idToken: String?)
    case refused(String)  // The provider's code for it; empty when there is none of the usual form.

    package init(json: [UInt8]) {
        let content = try? JSONDecoder().decode(Content.self, from: Data(json))
        if let content, content.error == nil, let token = content.access_token, !token.isEmpty,
            content.token_type?.lowercased() == "bearer"
        {
            self = .granted(accessToken: token, idToken: content.id_token)
        } else {
            self = .refused(ErrorCode.checked(content?.error))
        }
    }

    private struct Content: Decodable {
        let access_token: String?
        let token_type: String?
        let id_token: String?
        let error: String?
    }
}

/// The code of an error as a provider, or whoever pretends to be one, sent it: for logs, so of harmless letters.
package enum ErrorCode {
    package static func checked(_ text: String?) -> String {
        guard let text, text.utf8.count <= 60,
            text.utf8.allSatisfy({ UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_") })
        else { return "" }
        return text
    }
}

/// The claims of the userinfo endpoint (OpenID Connect Core, section 5.3), for issuers that leave the address out of
/// the ID token.
package enum UserInfo {
    /// Nil when they are not of `subject`: then they are somebody else's.
    package static func email(json: [UInt8], of subject: String) -> VouchedEmail? {
        struct Content: Decodable {
            let sub: String
            let email: String?
            let email_verified: Flag?
        }
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(json)), content.sub == subject
        else {
            return nil
        }
        return VouchedEmail(content.email, verified: content.email_verified?.isSet)
    }
}

/// GitHub, which speaks OAuth but not OpenID Connect.
package enum GitHubAnswer {
    /// Who it is, from `GET /user`: the number, which stays when names change.
    package static func subject(json: [UInt8]) -> String? {
        struct Content: Decodable { let id: Int64 }
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(json)), content.id > 0 else {
            return nil
        }
        return String(content.id)
    }

    /// The primary address when it is verified, from `GET /user/emails`.
    package static func email(json: [UInt8]) -> VouchedEmail? {
        struct Content: Decodable {
            let email: String
            let primary: Bool
            let verified: Bool
        }
        let all = (try? JSONDecoder().decode([Content].self, from: Data(json))) ?? []
        let primary = all.filter(\.primary)
        guard primary.count == 1 else { return nil }
        return VouchedEmail(primary[0].email, verified: primary[0].verified)
    }
}
