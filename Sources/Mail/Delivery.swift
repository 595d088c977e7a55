import Domain
import Foundation
import Programs

/// Where letters go.
package enum Delivery: Sendable {
    case folder(String)
    case sendmail([String])  // A program's absolute path and its own arguments.

    /// How long one attempt may take.
    package static let longestSeconds = Sendmail.seconds

    /// What became of one attempt.
    package enum Outcome: Hashable, Sendable {
        case delivered
        case failed(String)  // Not now; another attempt may succeed.
        case refused(String)  // Never: the program says so of this recipient or this letter.
    }

    /// Hands a letter over, once.
    /// - Parameter name: names its file in a folder; a word.
    package func deliver(
        _ message: [UInt8], named name: String, from sender: EmailAddress, to recipient: EmailAddress
    ) async -> Outcome {
        switch self {
        case .folder(let path): MailFolder(path: path).keep(message, named: name, for: recipient)
        case .sendmail(let command):
            await withCheckedContinuation { continuation in
                // It blocks for as long as the program takes, which a thread of the meter's loops must not.
                DispatchQueue.global().async {
                    continuation.resume(
                        returning: Sendmail(command).send(message, from: sender, to: recipient))
                }
            }
        }
    }
}
