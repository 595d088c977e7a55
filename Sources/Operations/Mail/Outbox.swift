import Configuration
import Domain
import Mail
import Storage

/// A letter as it leaves, and what it is for: a word.
struct MailDraft {
    let purpose: String
    let message: [UInt8]
}

extension Context {
    /// Puts a letter into the outbox, in the transaction that decided to write it. The meter hands it over.
    /// - Precondition: this outlet has mail.
    func post(
        _ words: Words, to recipient: EmailAddress, expiresAt: Instant, at now: Instant,
        in transaction: any Transaction
    ) throws {
        guard let mail = settings.mail else { preconditionFailure("letters are written where there is mail") }
        let draft = draft(words, to: recipient, from: mail, at: now)
        try post(draft, to: recipient, expiresAt: expiresAt, at: now, in: transaction)
    }

    func post(
        _ draft: MailDraft, to recipient: EmailAddress, expiresAt: Instant, at now: Instant,
        in transaction: any Transaction
    ) throws {
        let sealed = try environment.secretKey.seal(draft.message, for: .mail, context: recipient.text)
        try transaction.addMail(draft.purpose, to: recipient, message: sealed, at: now, expiresAt: expiresAt)
    }

    func draft(
        _ words: Words, to recipient: EmailAddress, from mail: Settings.Mail, at now: Instant
    ) -> MailDraft {
        let host = mail.sender.text.drop { $0 != "@" }
        let letter = Letter(
            id: "\(environment.newULID())\(host)", date: now, senderName: mail.senderName,
            sender: mail.sender, recipient: recipient, subject: words.subject, text: words.text,
            html: words.html)
        return MailDraft(purpose: words.purpose, message: letter.rendered)
    }

    /// Forgets letters a month after they ended.
    func forgetOldMail(at now: Instant, in transaction: any Transaction) throws {
        try transaction.forgetMail(endedBefore: now - Seconds(30 * 86_400))
    }
}
