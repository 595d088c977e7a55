import Domain
import Foundation
import Yams

extension Settings {
    /// Who may come in.
    package struct SignIn: Hashable, Sendable {
        /// Who gets an account by signing in for the first time. Whoever was invited does in any case.
        package enum SignUp: Hashable, Sendable {
            case open  // Every address that its owner proves.
            case domains(Set<String>)  // Addresses of these domains, lower case; not of domains below them.
            case invitation
        }

        package var signUp: SignUp
        package init(signUp: SignUp = .invitation) { self.signUp = signUp }
    }

    /// How letters leave.
    package struct Mail: Hashable, Sendable {
        package enum Delivery: Hashable, Sendable {
            case folder(String)  // Kept as files, for trying things out.
            case sendmail([String])  // A program and its own arguments; the letter is its standard input.
        }

        package var senderName: String  // Empty: the address alone.
        package var sender: EmailAddress
        package var delivery: Delivery

        package init(senderName: String, sender: EmailAddress, delivery: Delivery) {
            self.senderName = senderName
            self.sender = sender
            self.delivery = delivery
        }
    }
}

extension YAMLSection {
    func signIn(_ key: String) -> Settings.SignIn {
        let section = section(key, keys: ["signUp", "domains"])
        let signUp = section.text(
            "signUp", default: "invitation", rule: "open, domains or invitation"
        ) { ["open", "domains", "invitation"].contains($0) }
        let domains = section.domains("domains")
        if signUp == "domains" && domains.isEmpty {
            section.refuse("domains", "is missing; name the domains whose addresses may sign up")
        }
        if signUp != "domains" && !domains.isEmpty {
            section.refuse("domains", "has a meaning only with signUp: domains")
        }
        switch signUp {
        case "open": return Settings.SignIn(signUp: .open)
        case "domains": return Settings.SignIn(signUp: .domains(domains))
        default: return Settings.SignIn(signUp: .invitation)
        }
    }

    private func domains(_ key: String) -> Set<String> {
        Set(
            list(key).compactMap { node, path in
                guard let text = node.scalar?.string.lowercased(), EmailAddress("a@\(text)") != nil else {
                    problems.add("must be a domain such as example.org", at: path, line: node.mark?.line)
                    return nil
                }
                return text
            })
    }

    func mail(_ key: String, dataDirectory: String) -> Settings.Mail? {
        guard has(key) else { return nil }
        let section = section(key, keys: ["from", "folder", "sendmail"])
        let from = section.text(
            "from", default: nil, rule: "such as GPU Outlet <outlet@example.org>, the name at most 40 bytes"
        ) {
            Self.mailbox($0) != nil
        }
        guard section.has("folder") != section.has("sendmail") else {
            section.refuse("sendmail", "or folder must be there, and not both")
            return nil
        }
        guard let (name, sender) = Self.mailbox(from) else { return nil }
        let delivery: Settings.Mail.Delivery =
            section.has("folder")
            ? .folder(section.folder("folder", in: dataDirectory)) : .sendmail(section.command("sendmail"))
        return Settings.Mail(senderName: name, sender: sender, delivery: delivery)
    }

    /// `Name <local@domain>`, or the address alone.
    private static func mailbox(_ text: String) -> (name: String, address: EmailAddress)? {
        guard text.isPrintable, text.count <= 320 else { return nil }
        guard let start = text.lastIndex(of: "<") else { return EmailAddress(text).map { ("", $0) } }
        guard text.last == ">" else { return nil }
        let name = text[..<start].trimmingCharacters(in: .whitespaces)
        // It has to fit into one encoded word: some readers put a blank between two.
        guard name.utf8.count <= 40 else { return nil }
        return EmailAddress(String(text[text.index(after: start)...].dropLast())).map { (name, $0) }
    }

    private func folder(_ key: String, in directory: String) -> String {
        let text = text(key, default: nil, rule: "a path without control characters") {
            !$0.isEmpty && $0.isPrintable
        }
        return URL(fileURLWithPath: text, relativeTo: URL(fileURLWithPath: directory, isDirectory: true))
            .standardizedFileURL.path
    }

    /// A program by its absolute path, and arguments. No shell ever reads it.
    private func command(_ key: String) -> [String] {
        let words = list(key).map { $0.node.scalar?.string ?? "" }
        if words.first?.hasPrefix("/") != true || words.contains(where: { $0.isEmpty || !$0.isPrintable }) {
            refuse(key, "must be a list of a program's absolute path and its arguments, [/usr/bin/msmtp]")
        }
        return words
    }
}
