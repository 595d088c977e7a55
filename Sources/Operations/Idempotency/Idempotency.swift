import Domain
import Foundation
import Storage

/// A request that carries an `Idempotency-Key`.
package struct KeyedRequest: Sendable {
    package let user: ID<User>
    package let key: String
    package let route: String  // Method and path: the same key elsewhere is another request.
    package let bodyHash: [UInt8]  // SHA-256

    package init(user: ID<User>, key: String, route: String, body: [UInt8]) {
        self.user = user
        self.key = key
        self.route = route
        bodyHash = sha256(body)
    }
}

/// What a repeat is answered.
package struct KeptReply: Hashable, Sendable {
    package let status: Int
    package let headers: [String: String]
    package let body: [UInt8]

    package init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

package enum Repetition<Answer> {
    case first(Answer)  // It ran, and its reply is kept.
    case again(KeptReply)  // It ran before.
    case reused  // The key belongs to another request.
}

extension Context {
    private static var keptFor: Seconds { Seconds(24 * 3_600) }

    /// Runs `body` for a key that is new, or older than a day. The key, all that `body` does through its context, and
    /// the reply to be kept are one transaction: after a crash at any moment either the work is done and its reply
    /// known, or nothing has happened and the key is free. Of two at once, the second waits and gets the first's reply.
    ///
    /// `body` holds the outlet's write lock, so it must not wait for anything outside.
    /// - Throws: what `body` throws; nothing has happened then.
    package func once<Answer>(
        _ request: KeyedRequest, _ body: (Context) throws -> (answer: Answer, kept: KeptReply)
    ) throws -> Repetition<Answer> {
        try inOneTransaction { context, transaction in
            let now = try now(in: transaction)
            let earlier = try transaction.claimIdempotency(
                key: request.key, route: request.route, bodyHash: request.bodyHash, user: request.user,
                at: now,
                unlessAfter: now - Self.keptFor)
            if let earlier {
                guard earlier.route == request.route, earlier.bodyHash == request.bodyHash else {
                    return .reused
                }
                return .again(try KeptReply(earlier.answer))
            }
            let (answer, kept) = try body(context)
            try transaction.answerIdempotency(key: request.key, user: request.user, kept.stored())
            return .first(answer)
        }
    }

    /// What a request was answered before; nil: it is new, or older than a day. For work that has to wait for others,
    /// which cannot be one transaction: it must be able to go on from wherever it broke off.
    package func earlier(_ request: KeyedRequest) throws -> Repetition<Never>? {
        try database.read { session in
            guard
                let earlier = try session.idempotency(
                    key: request.key, user: request.user, after: now(in: session) - Self.keptFor)
            else { return nil }
            guard earlier.route == request.route, earlier.bodyHash == request.bodyHash else { return .reused }
            return .again(try KeptReply(earlier.answer))
        }
    }

    /// Keeps the reply to a request whose work was done outside of a transaction. Of two at once, the first stays.
    package func keep(_ reply: KeptReply, of request: KeyedRequest) throws {
        _ = try once(request) { _ in ((), reply) }
    }

    /// Forgets replies older than a day.
    func forgetOldAnswers(at now: Instant, in transaction: any Transaction) throws {
        try transaction.forgetIdempotency(startedBefore: now - Self.keptFor)
    }
}

extension KeptReply {
    fileprivate init(_ answer: IdempotencyRow.Answer) throws {
        let headers = try JSONDecoder().decode([String: String].self, from: Data(answer.headers.utf8))
        self.init(status: answer.status, headers: headers, body: answer.body)
    }

    fileprivate func stored() throws -> IdempotencyRow.Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let headers = String(decoding: try encoder.encode(headers), as: UTF8.self)
        return IdempotencyRow.Answer(status: status, headers: headers, body: body)
    }
}
