import Domain
import Foundation
import TestSupport
import Testing

@testable import Mail

/// The oracle: Python's `email`, which reads what we write.
@Suite struct `Another mail program` {
    private static let script = """
        import email, email.policy, json, sys
        message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
        parts = list(message.iter_parts())
        defects = [str(d) for part in [message, *parts] for d in part.defects]
        defects += [str(d) for value in message.values() for d in value.defects]
        json.dump({"subject": message["Subject"], "from": message["From"].addresses[0].display_name,
                   "types": [part.get_content_type() for part in parts], "defects": defects,
                   "texts": [part.get_content() for part in parts]}, sys.stdout, ensure_ascii=True, sort_keys=True)
        """

    @Test(arguments: [
        "Hello", "123456 ist Ihr Code für GPU Outlet", "コードは 123456 です", "a =? b ?= c",
        "Ann \"A\" O'Neil, \\ Co.",
        "🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑", "é é é é é é é é é é é é é é é é é é é é é é é é é é é é é",
    ])
    func `reads back what was written`(text: String) throws {
        let body =
            "\(text)\n.\n..\nFrom x\n trailing \n\ttab\t\n=3D = \n\(String(repeating: text + " ", count: 20))\n"
        let letter = Letter(
            id: "01J8@example.org", date: Instant(1_780_820_062), senderName: String(text.prefix(9)),
            sender: EmailAddress("outlet@example.org")!, recipient: EmailAddress("ada@example.org")!,
            subject: text, text: body, html: "<p>\(body)</p>\n")
        let read = try Command.run(
            "/usr/bin/env", ["python3", "-c", Self.script],
            input: String(decoding: letter.rendered, as: UTF8.self))
        #expect(read.status == 0, "\(read)")
        let found = try JSONDecoder().decode(Found.self, from: Data(read.output.utf8))
        #expect(found.defects.isEmpty)
        #expect(found.subject == text && found.from == text.prefix(9))
        #expect(found.types == ["text/plain", "text/html"])
        #expect(found.texts == [body, "<p>\(body)</p>\n"])
    }

    private struct Found: Decodable {
        let subject, from: String
        let types, defects, texts: [String]
    }
}
