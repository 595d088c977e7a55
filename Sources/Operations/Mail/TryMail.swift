import Domain
import Mail

/// Why a letter did not leave.
package enum MailTrialRefusal: Error, Hashable, Sendable {
    case noMail  // This outlet sends none.
    case failed(String)  // Not now; what the program said.
    case refused(String)  // For good.
}

extension Context {
    /// Hands one letter over at once, past the outbox, by the way that all letters take.
    /// - Throws: `MailTrialRefusal`; `DatabaseError`.
    package func tryMail(to recipient: EmailAddress) async throws {
        guard let mail = settings.mail else { throw MailTrialRefusal.noMail }
        let draft = draft(
            .trial(site: settings.publicURL), to: recipient, from: mail, at: wallClock)
        let outcome = await Delivery(mail.delivery).deliver(
            draft.message, named: "\(draft.purpose)-\(environment.newULID())", from: mail.sender,
            to: recipient)
        switch outcome {
        case .delivered: break
        case .failed(let reason): throw MailTrialRefusal.failed(reason)
        case .refused(let reason): throw MailTrialRefusal.refused(reason)
        }
        try database.write {
            try record("mail.tried", of: nil, "A letter to try the mail was handed over.", in: $0)
        }
    }
}
