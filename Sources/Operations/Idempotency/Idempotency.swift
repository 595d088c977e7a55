import Domain
import Foundation
import Storage

/// What a request with an `Idempotency-Key` is.
package enum IdempotencyOutcome: Sendable {
    /// Carry it out, then call `finishIdempotent` with its answer, or `abandonIdempotent` when it did nothing.
    case first
    /// It was answered so; answer so again.
    case replay(status: Int, headers: [String: String], body: [UInt8])
    /// The key belongs to another request.
    case reused
    /// The first one runs, or died with its process.
    case inProgress
}

// A key stays in progress when its process dies between `begin` and `finish`: whether the request did its work
// cannot be told from here, and running it again could rent a second pod. So it answers 409 until its 24 hours are
// over, and the caller finds the truth in the lists (`GET /v1/rentals` shows a rental that was made). Giving the
// key free after some time was rejected: it would turn a rare 409 into a rare double launch.
extension Context {
    private static var idempotencyLifetime: Seconds { Seconds(24 * 3_600) }

    /// Claims a key for a request; of two at once, one gets `.first`.
    /// - Parameters:
    ///   - route: Method and path: the same key elsewhere is another request.
    ///   - bodyHash: SHA-256 of the body.
    package func beginIdempotent(
        key: String, route: String, bodyHash: [UInt8], user: ID<User>
    ) throws -> IdempotencyOutcome {
        precondition(bodyHash.count == 32, "a body's hash has 32 bytes")
        return try database.write { transaction in
            let now = try now(in: transaction)
            if let row = try transaction.idempotency(key: key, user: user) {
                if now - row.startedAt < Self.idempotencyLifetime {
                    guard row.route == route, row.bodyHash == bodyHash else { return .reused }
                    return try row.answer.map(IdempotencyOutcome.init(replaying:)) ?? .inProgress
                }
                try transaction.deleteIdempotency(key: key, user: user)
            }
            try transaction.startIdempotency(key: key, route: route, bodyHash: bodyHash, user: user, at: now)
            return .first
        }
    }

    /// Keeps the answer of a first request. A second answer to the same key changes nothing.
    package func finishIdempotent(
        key: String, user: ID<User>, status: Int, headers: [String: String], body: [UInt8]
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let headers = String(decoding: try encoder.encode(headers), as: UTF8.self)
        try database.write {
            try $0.answerIdempotency(
                key: key, user: user, .init(status: status, headers: headers, body: body))
        }
    }

    /// Gives a key free again: its request is known to have done nothing.
    package func abandonIdempotent(key: String, user: ID<User>) throws {
        try database.write { try $0.abandonIdempotency(key: key, user: user) }
    }

    /// Forgets answers older than a day.
    func forgetOldAnswers(at now: Instant, in transaction: any Transaction) throws {
        try transaction.forgetIdempotency(startedBefore: now - Self.idempotencyLifetime)
    }
}

extension IdempotencyOutcome {
    fileprivate init(replaying answer: IdempotencyRow.Answer) throws {
        let headers = try JSONDecoder().decode([String: String].self, from: Data(answer.headers.utf8))
        self = .replay(status: answer.status, headers: headers, body: answer.body)
    }
}
