import ArgumentParser
import Domain
import Foundation
import Operations

extension UserCommand {
    struct AddKey: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-key", abstract: "Adds an SSH public key to an account.",
            discussion: """
                Example:
                  outletctl user add-key ada@example.org --name laptop --file ~/.ssh/id_ed25519.pub
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Argument(help: "The account's e-mail address or id.") var email: String
        @Option(help: "What the renter calls it, 1 to 64 characters.") var name: String
        @Option(
            help: ArgumentHelp(
                "The file with the public key, one line; - reads standard input.", valueName: "path"))
        var file: String

        func validate() throws {
            guard (1...64).contains(name.unicodeScalars.count), printable(name) == name else {
                throw ValidationError("--name has 1 to 64 characters, none of them a control character")
            }
        }

        func run() throws {
            let line = try readKey()  // Before root is given up: the file may be the caller's.
            let key = try SSHPublicKey(line: line)
            let outlet = try Outlet(options)
            let user = try outlet.user(email)
            let added = try outlet.context.addSSHKey(named: name, key, for: user.id)
            try output.isJSON
                ? printJSON(SSHKeyJSON(added)) : print("added \(added.fingerprint) to \(user.email)")
        }

        private func readKey() throws -> String {
            let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Complaint("\(file) cannot be read: \(lastSystemError())") }
            let handle = FileHandle(fileDescriptor: descriptor)
            do {
                let bytes = try handle.read(upToCount: 65_536) ?? Data()
                return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            } catch {
                throw Complaint("\(file) cannot be read: \(reason(of: error))")
            }
        }
    }
}
