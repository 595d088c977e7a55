import Domain
import Programs

/// A program that takes letters as sendmail does: `sendmail -i -f SENDER -- RECIPIENT`, the letter as its input, and
/// the exit statuses of sysexits.h. msmtp, Exim, OpenSMTPD, nullmailer, Postfix and BusyBox all do.
struct Sendmail {
    /// Long enough for a server that delays its greeting; short enough that a stuck one does not stop the rest.
    static let seconds = 60

    private let command: [String]
    private let seconds: Int

    init(_ command: [String], seconds: Int = Sendmail.seconds) {
        (self.command, self.seconds) = (command, seconds)
    }

    /// Blocks until the program has ended, or was killed at its deadline.
    func send(_ message: [UInt8], from sender: EmailAddress, to recipient: EmailAddress) -> Delivery.Outcome {
        // `-i`: a line with a full stop alone is text. `--`: an address may begin with a hyphen.
        let arguments = command + ["-i", "-f", sender.text, "--", recipient.text]
        do {
            return outcome(try Command.run(arguments, input: message, seconds: seconds))
        } catch {
            return .failed("\(error)")
        }
    }

    private func outcome(_ result: Command.Outcome) -> Delivery.Outcome {
        let said = (result.error + result.output).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let words = "\(command[0]): \(said.isEmpty ? "says nothing" : String(said.prefix(300)))"
        switch result.status {
        case 0: return .delivered
        case -1: return .failed("\(words) (killed after \(seconds) s, or by a signal)")
        // EX_DATAERR, EX_NOUSER, EX_NOHOST: of this letter, and final. All else may be put right.
        case 65, 67, 68: return .refused("\(words) (status \(result.status))")
        default: return .failed("\(words) (status \(result.status))")
        }
    }
}
