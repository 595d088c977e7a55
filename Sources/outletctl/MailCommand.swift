import ArgumentParser
import Configuration
import Domain
import Operations

struct MailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "The letters of this outlet.", subcommands: [Test.self])

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Sends one letter by the configured way, now, and says what came of it.",
            discussion: """
                That the program took it does not say that it arrived: look into the mailbox. The program runs as the
                owner of the data folder, but outside of the meter's sandbox; 'outletctl doctor' tells which programs
                do not work in there.

                Example:
                  outletctl mail test ada@example.org
                """)
        @OptionGroup var options: Options
        @Argument(help: "The address to write to.") var email: String

        func run() async throws {
            guard let recipient = EmailAddress(email) else {
                throw Complaint("'\(email)' is not an e-mail address")
            }
            let outlet = try Outlet(options)
            try await outlet.context.tryMail(to: recipient)
            print("\(outlet.settings.mail!.delivery.words) to \(recipient.text)")
        }
    }
}

extension Settings.Mail.Delivery {
    fileprivate var words: String {
        switch self {
        case .folder(let path): "kept as a file in \(path), sent to nobody: a letter"
        case .sendmail(let command): "\(command[0]) took a letter"
        }
    }
}
