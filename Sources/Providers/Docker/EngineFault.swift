import Foundation
import Outbound

/// Why the engine did not do what it was asked.
enum EngineFault: Error, Hashable, CustomStringConvertible {
    /// In the engine's words. Docker and Podman differ in the status.
    case refused(status: Int, message: String)
    case silent(String, mayHaveActed: Bool)
    case malformed(String)
    case unusable(String)  // Not the engine that we can work with, whatever is asked.

    init(_ answer: OutboundResponse) {
        struct Words: Decodable { let message: String?, cause: String? }
        let words = try? JSONDecoder().decode(Words.self, from: Data(answer.body))
        let text = words?.message ?? words?.cause ?? "status \(answer.status)"
        self = .refused(status: answer.status, message: String(text.prefix(500)))
    }

    var description: String {
        switch self {
        case .refused(_, let message): message
        case .silent(let words, _), .malformed(let words), .unusable(let words): words
        }
    }

    /// The container or image is not there.
    var isNotFound: Bool { if case .refused(404, _) = self { true } else { false } }

    /// The name is in use. Podman before 6 says so with 500 and a text.
    var isNameTaken: Bool {
        guard case .refused(let status, let message) = self else { return false }
        return message.contains("already in use") && !message.contains("address already in use")
            && [409, 500].contains(status)
    }

    var isPortTaken: Bool {
        guard case .refused(_, let message) = self else { return false }
        return message.contains("address already in use") || message.contains("port is already allocated")
    }

    /// Somebody removes it just now.
    var isBeingRemoved: Bool {
        guard case .refused(let status, let message) = self else { return false }
        return status == 409 && message.contains("removal of container")
    }

    /// Whether what was asked may have happened all the same.
    var mayHaveActed: Bool {
        switch self {
        case .silent(_, let mayHaveActed): mayHaveActed
        case .malformed: true
        case .refused, .unusable: false
        }
    }

    var asProviderFault: ProviderFault {
        switch self {
        case .refused(404, let message) where !message.contains("No such image"): .transient(message)
        case .refused(400, let message): .invalid(message)
        case .refused(401, let message), .refused(403, let message): .auth(message)
        case .refused(409, let message): .conflict(message)
        case .refused(_, let message): .transient(message)
        case .silent(let words, _), .malformed(let words), .unusable(let words): .transient(words)
        }
    }
}
