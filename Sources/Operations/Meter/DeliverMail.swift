import Configuration
import Domain
import Logging
import Mail
import Storage

extension Meter {
    /// How many letters are handed over at the same time.
    private static var mailAtOnce: Int { 4 }

    /// Hands over every letter that is due. One that fails is due again later, until its own time is over. A meter
    /// that dies between the handing over and the note of it sends that letter twice, rather than never.
    package func deliverMail() async {
        do {
            while true {
                let letters = try claimMail()
                guard !letters.isEmpty else { return }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for letter in letters { group.addTask { try await self.deliver(letter) } }
                    try await group.waitForAll()
                }
            }
        } catch {
            logger.error("mail failed", metadata: ["error": "\(error)"])
        }
    }

    private func claimMail() throws -> [WaitingMail] {
        let isDue = try context.database.read { session in
            try !session.mailDue(at: context.now(in: session), limit: 1).isEmpty
        }
        guard isDue else { return [] }
        return try write { transaction, now in
            try transaction.mailDue(at: now, limit: Self.mailAtOnce).filter { letter in
                guard now < letter.expiresAt else {
                    try transaction.giveUpMail(letter.id, error: letter.overdue(nil), at: now)
                    return false
                }
                let again = now + Seconds(Int64(Delivery.longestSeconds) + 30)
                return try transaction.claimMail(letter.id, tries: letter.tries, again: again)
            }
        }
    }

    private func deliver(_ letter: WaitingMail) async throws {
        let outcome = await attempt(letter)
        try write { transaction, now in
            switch outcome {
            case .delivered: try transaction.mailWasSent(letter.id, at: now)
            case .refused(let error): try transaction.giveUpMail(letter.id, error: error, at: now)
            case .failed(let error):
                let again = now + Self.pause(after: letter.tries)
                if again < letter.expiresAt {
                    try transaction.mailFailed(letter.id, error: error, again: again)
                } else {
                    try transaction.giveUpMail(letter.id, error: letter.overdue(error), at: now)
                }
            }
        }
        var fields: Logger.Metadata = ["letter": "\(letter.id)", "purpose": "\(letter.purpose)"]
        switch outcome {
        case .delivered: logger.info("letter sent", metadata: fields)
        case .failed(let error), .refused(let error):
            fields["error"] = "\(error)"
            logger.warning("letter not sent", metadata: fields)
        }
    }

    private func attempt(_ letter: WaitingMail) async -> Delivery.Outcome {
        guard let mail = context.settings.mail else { return .failed("mail is not configured") }
        guard let recipient = EmailAddress(letter.recipient),
            let message = context.environment.secretKey.open(
                letter.message, for: .mail, context: letter.recipient)
        else { return .refused("sealed with another key than the one in secret.key") }
        let time = letter.createdAt.iso8601.filter { $0.isLetter || $0.isNumber }
        return await Delivery(mail.delivery).deliver(
            message, named: "\(time)-\(letter.purpose)-\(letter.id)", from: mail.sender, to: recipient)
    }

    /// 5 s, then twice as long each time, up to a quarter of an hour.
    private static func pause(after tries: Int) -> Seconds { Seconds(min(5 << Int64(min(tries, 10)), 900)) }
}

extension WaitingMail {
    fileprivate func overdue(_ error: String?) -> String {
        "not handed over by \(expiresAt.iso8601)" + (error.map { "; at last: \($0)" } ?? "")
    }
}

extension Delivery {
    package init(_ settings: Settings.Mail.Delivery) {
        switch settings {
        case .folder(let path): self = .folder(path)
        case .sendmail(let command): self = .sendmail(command)
        }
    }
}
