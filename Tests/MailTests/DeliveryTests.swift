import Domain
import Foundation
import TestSupport
import Testing

@testable import Mail

@Suite struct `Handing a letter over` {
    private let folder: ScratchFolder
    private let sender = EmailAddress("outlet@example.org")!
    init() throws { folder = try ScratchFolder() }

    /// A program that keeps its arguments and its input, then runs `rest`.
    private func program(_ rest: String) throws -> String {
        let path = try folder.write(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" >\(folder["arguments"])\ncat >\(folder["letter"])\n\(rest)\n",
            to: "send mail")
        chmod(path, 0o700)
        return path
    }

    private func send(_ rest: String, to recipient: String = "ada@example.org", seconds: Int = 60) throws
        -> Delivery.Outcome
    {
        Sendmail([try program(rest), "--file=a b"], seconds: seconds)
            .send(Array("Subject: x\n\nå\n".utf8), from: sender, to: EmailAddress(recipient)!)
    }

    @Test(arguments: ["ada@example.org", "-oQ/tmp@example.org", "$HOME@example.org", "a`id`@example.org"])
    func `gives the program the letter and two addresses, through no shell`(recipient: String) throws {
        #expect(try send("exit 0", to: recipient) == .delivered)
        #expect(
            folder.read("arguments").split(separator: "\n") == [
                "--file=a b", "-i", "-f", "outlet@example.org", "--", Substring(recipient.lowercased()),
            ])
        #expect(folder.read("letter") == "Subject: x\n\nå\n")
    }

    @Test func `takes a letter larger than a pipe holds, whether it is read or not`() {
        let letter = [UInt8](repeating: 65, count: 1_000_000)
        for program in ["/bin/true", "/bin/cat"] {
            let command = ["/bin/sh", "-c", "\(program) >/dev/null", "sh"]
            #expect(Sendmail(command).send(letter, from: sender, to: sender) == .delivered)
        }
    }

    @Test(arguments: [65, 67, 68])
    func `is over when the program says that this letter will never go`(status: Int) throws {
        guard case .refused(let words) = try send("echo 550 no such user >&2; exit \(status)") else {
            Issue.record("not refused")
            return
        }
        #expect(words.hasSuffix(": 550 no such user (status \(status))"))
    }

    @Test(arguments: [1, 64, 69, 70, 75, 77, 78, 127])
    func `is tried again after any other failure`(status: Int) throws {
        guard case .failed = try send("exit \(status)") else {
            Issue.record("not a failure")
            return
        }
    }

    @Test func `ends a program that hangs, with all that it started`() throws {
        let started = ContinuousClock.now
        guard case .failed(let words) = try send("sleep 600 & sleep 600", seconds: 1) else {
            Issue.record("not a failure")
            return
        }
        #expect(words.contains("killed after 1 s"))
        #expect(ContinuousClock.now - started < .seconds(30))
    }

    @Test func `is tried again when there is no such program`() {
        guard case .failed = Sendmail(["/nonexistent/sendmail"]).send([], from: sender, to: sender) else {
            Issue.record("not a failure")
            return
        }
    }

    @Test func `may mean keeping it as a file for its owner, and a line in a log`() async throws {
        let mail = Delivery.folder(folder["mail"])
        let letter = Array("Subject: 123456 is it\n\nbody\n".utf8)
        #expect(await mail.deliver(letter, named: "one", from: sender, to: sender) == .delivered)
        #expect(folder.read("mail/one.eml") == "Subject: 123456 is it\n\nbody\n")
        #expect(folder.read("mail/log") == "outlet@example.org: 123456 is it\n")
        for name in ["mail/one.eml", "mail/log"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder[name])[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }
}
