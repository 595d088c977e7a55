import Configuration
import Domain
import Mail
import Storage

extension Context {
    /// Puts a letter into the outbox, in the transaction that decided to write it. The meter hands it over.
    /// - Precondition: this outlet has mail.
    func post(
        _ words: Words, to recipient: EmailAddress, expiresAt: Instant, at now: Instant,
        in transaction: any Transaction
    ) throws {
        guard let mail = settings.mail else { preconditionFailure("letters are written where there is mail") }
        let letter = letter(words, to: recipient, from: mail, at: now)
        let sealed = try environment.secretKey.seal(letter.rendered, for: .mail, context: recipient.text)
        try transaction.addMail(words.purpose, to: recipient, message: sealed, at: now, expiresAt: expiresAt)
    }

    func letter(
        _ words: Words, to recipient: EmailAddress, from mail: Settings.Mail, at now: Instant
    ) -> Letter {
        let host = mail.sender.text.drop { $0 != "@" }
        return Letter(
            id: "\(environment.newULID())\(host)", date: now, senderName: mail.senderName,
            sender: mail.sender, recipient: recipient, subject: words.subject, text: words.text,
            html: words.html)
    }

    /// Forgets letters a month after they ended.
    func forgetOldMail(at now: Instant, in transaction: any Transaction) throws {
        try transaction.forgetMail(endedBefore: now - Seconds(30 * 86_400))
    }
}
