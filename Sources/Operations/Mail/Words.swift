import Domain

/// What a letter says, from one list of paragraphs for both of its forms, so that they say the same. No picture, no
/// tracking, and no link but the outlet's own address.
struct Words: Sendable {
    enum Paragraph: Sendable {
        case text(String)
        case code(String)  // To be copied; large.
        case link(String)  // An address of this outlet, shown as it is.
    }

    let purpose: String  // A word, for operators and names of files.
    let subject: String
    let paragraphs: [Paragraph]

    var text: String {
        paragraphs.map { paragraph in
            switch paragraph {
            case .text(let text): text + "\n"
            case .code(let text), .link(let text): "    \(text)\n"
            }
        }.joined(separator: "\n")
    }

    var html: String {
        let body = paragraphs.map { paragraph in
            switch paragraph {
            case .text(let text): "<p>\(escaped(text))</p>"
            case .code(let text):
                "<p style=\"font:700 2em/1.4 monospace;letter-spacing:.15em\">\(escaped(text))</p>"
            case .link(let text): "<p><a href=\"\(escaped(text))\">\(escaped(text))</a></p>"
            }
        }
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(escaped(subject))</title>
            </head>
            <body style="font:16px/1.5 sans-serif;max-width:34em;margin:2em auto;padding:0 1em">
            \(body.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

// Each is about as long as the others, and is sent for every request: what an account is stays between the outlet and
// the owner of the address.
extension Words {
    static func code(_ code: String, minutes: Int64, site: String) -> Words {
        Words(
            purpose: "code", subject: "\(code) is your sign-in code for \(host(site))",
            paragraphs: [
                .text("Your code to sign in:"), .code(code),
                .text("It works once, for \(minutes) minutes, and takes the place of any code before it."),
                .text(
                    "Somebody, most likely you, gave this address at \(host(site)). If it was not you, do "
                        + "nothing: nobody gets in without the code. Keep it to yourself; nobody from "
                        + "\(host(site)) will ask you for it."),
            ])
    }

    static func uninvited(site: String) -> Words {
        Words(
            purpose: "uninvited", subject: "There is no account for you at \(host(site)) yet",
            paragraphs: [
                .text(
                    "Somebody, most likely you, tried to sign in at \(host(site)) with this address. It has no "
                        + "account there, and accounts are made on invitation only."),
                .text("Ask the operator of \(host(site)) to invite this address, then sign in again:"),
                .link("\(site)/login"), .text("If it was not you, do nothing."),
            ])
    }

    static func closed(site: String) -> Words {
        Words(
            purpose: "closed", subject: "Your account at \(host(site)) is closed",
            paragraphs: [
                .text(
                    "Somebody, most likely you, tried to sign in at \(host(site)) with this address. Its "
                        + "account has been closed, so nobody can sign in with it."),
                .text("When you think that this is a mistake, ask the operator of the outlet:"),
                .link("\(site)/"), .text("If it was not you, do nothing."),
            ])
    }

    static func invitation(site: String, days: Int64) -> Words {
        Words(
            purpose: "invitation", subject: "You are invited to \(host(site))",
            paragraphs: [
                .text("The operator of \(host(site)) invites you to rent GPUs there, by the second."),
                .text("Sign in with this address; that makes your account:"), .link("\(site)/login"),
                .text("The invitation is good for \(days == 1 ? "a day" : "\(days) days")."),
            ])
    }

    static func trial(site: String) -> Words {
        Words(
            purpose: "trial", subject: "A letter to try the mail of \(host(site))",
            paragraphs: [
                .text("The operator of \(host(site)) tries whether its letters arrive. This one did."),
                .text("Look at its headers for what the mail servers on its way say of SPF, DKIM and spam."),
                .link("\(site)/"),
            ])
    }

    static func host(_ site: String) -> String { String(site.split(separator: "/").last ?? "") }
}
