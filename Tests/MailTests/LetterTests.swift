import Domain
import Foundation
import Testing

@testable import Mail

@Suite struct `A letter` {
    private func letter(
        subject: String = "Hello", sender: String = "GPU Outlet", text: String = "Hi.\n",
        html: String = "<p>Hi.</p>\n"
    ) -> Letter {
        Letter(
            id: "01J8@example.org", date: Instant(1_780_820_062), senderName: sender,
            sender: EmailAddress("outlet@example.org")!, recipient: EmailAddress("ada@example.org")!,
            subject: subject, text: text, html: html)
    }

    private func head(_ letter: Letter) -> [String] {
        let text = String(decoding: letter.rendered, as: UTF8.self)
        return text.components(upTo: "\n\n").replacing("\n ", with: " ").split(separator: "\n").map(
            String.init)
    }

    @Test func `names who, to whom, when and what, each once`() {
        #expect(
            head(letter()) == [
                "Date: Sun, 07 Jun 2026 08:14:22 +0000", "From: GPU Outlet <outlet@example.org>",
                "To: <ada@example.org>", "Subject: Hello", "Message-ID: <01J8@example.org>",
                "MIME-Version: 1.0", "Auto-Submitted: auto-generated",
                "Content-Type: multipart/alternative; boundary=\"=_outlet_01J8\"",
            ])
    }

    @Test(arguments: [
        "x\nBcc: eve@example.org", "x\r\nBcc: eve@example.org", "x\rBcc: eve@example.org",
        "x\r\n\r\nBcc: eve@example.org", "é\u{2028}Bcc: eve@example.org", "x\u{0}\u{85}Bcc: eve@example.org",
        "=?utf-8?Q?x=0ABcc:_eve?=", "x\n Bcc: eve@example.org", String(repeating: "x\nBcc: y", count: 99),
    ])
    func `takes no header from a subject or a name`(text: String) {
        for letter in [letter(subject: text), letter(sender: text)] {
            let names = head(letter).map { String($0.prefix { $0 != ":" }) }
            #expect(
                names == [
                    "Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Auto-Submitted",
                    "Content-Type",
                ])
        }
    }

    @Test(arguments: [
        "Hello", "123456 ist Ihr Code für GPU Outlet", "コードは 123456 です", "🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑",
        String(repeating: "word ", count: 60), String(repeating: "é", count: 200), "a =? b ?= c", "",
    ])
    func `keeps every line short and ASCII, whatever it says`(text: String) {
        let body = text + "\n" + String(repeating: text, count: 9) + "\n.\nFrom here\n trailing \n\t\n=3D\n"
        let letter = letter(subject: text, sender: text, text: body, html: body)
        let lines = letter.rendered.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        #expect(
            lines.allSatisfy { $0.count <= 78 && $0.allSatisfy { (0x20...0x7E).contains($0) || $0 == 9 } })
        #expect(!lines.contains { $0.elementsEqual(".".utf8) })
    }

    @Test func `writes days of the week and months as RFC 5322 does`() {
        #expect(Instant(0).rfc5322 == "Thu, 01 Jan 1970 00:00:00 +0000")
        #expect(Instant(951_782_400).rfc5322 == "Tue, 29 Feb 2000 00:00:00 +0000")
        #expect(Instant(1_798_761_599).rfc5322 == "Thu, 31 Dec 2026 23:59:59 +0000")
    }
}

extension String {
    fileprivate func components(upTo end: String) -> String {
        range(of: end).map { String(self[..<$0.lowerBound]) } ?? self
    }
}
