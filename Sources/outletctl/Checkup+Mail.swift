import Configuration
import Domain
import Foundation
import Operations

extension Checkup {
    static func mail(_ settings: Settings, _ outbox: MailView) -> [Finding] {
        guard let mail = settings.mail else {
            return [.ok("mail", "not configured, so sign-in codes are not offered")]
        }
        return [delivery(mail.delivery), waiting(outbox)] + (outbox.dead.isEmpty ? [] : [dead(outbox)])
    }

    private static func delivery(_ delivery: Settings.Mail.Delivery) -> Finding {
        switch delivery {
        case .folder(let path):
            return .warn("mail", "kept in \(path), sent to nobody; set mail.sendmail on a server")
        case .sendmail(let command):
            guard FileManager.default.isExecutableFile(atPath: command[0]) else {
                return .fail("mail", "\(command[0]) is not a program; install it, or change mail.sendmail")
            }
            guard !isPostfix(command[0]) else {
                return .warn(
                    "mail",
                    "\(command[0]) is Postfix's, which needs the set-group-ID program \(postdrop); the sandbox of "
                        + "outlet-meter.service denies it. Have msmtp hand letters to 127.0.0.1, port 25")
            }
            return .ok("mail", command[0])
        }
    }

    private static let postdrop = "/usr/sbin/postdrop"

    private static func isPostfix(_ program: String) -> Bool {
        URL(fileURLWithPath: program).resolvingSymlinksInPath().path == "/usr/sbin/sendmail"
            && FileManager.default.fileExists(atPath: postdrop)
    }

    private static func waiting(_ outbox: MailView) -> Finding {
        let text = "\(outbox.waiting) letters wait, the oldest for \(outbox.oldestAge.forPeople)"
        guard outbox.oldestAge > Seconds(120) else {
            return .ok("outbox", outbox.waiting == 0 ? "no letter waits" : text)
        }
        let reason = outbox.lastError.map { "; it says: \($0)" } ?? "; is outlet-meter running?"
        return .warn("outbox", text + reason)
    }

    private static func dead(_ outbox: MailView) -> Finding {
        let newest = outbox.dead[0]
        let count = outbox.dead.count == 1 ? "a letter" : "\(outbox.dead.count) letters"
        return .warn(
            "outbox",
            "\(count) given up within a day; the last to \(newest.recipient) at "
                + "\(newest.givenUpAt.forPeople), after \(newest.tries) tries: \(newest.error)")
    }
}
