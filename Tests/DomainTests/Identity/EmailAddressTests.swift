import Domain
import Testing

@Suite struct `E-mail addresses` {
    @Test(arguments: [
        ("Ada@Example.org", "ada@example.org"), (" a@b ", "a@b"), ("a.b+c@d-e.f", "a.b+c@d-e.f"),
        ("demo@localhost", "demo@localhost"),
    ])
    func `an address is known in lower case`(text: String, known: String) {
        #expect(EmailAddress(text)?.text == known)
    }

    @Test(arguments: [
        "", "a", "@", "a@", "@b", "a@b@c", "a b@c", ".a@b", "a@b..c", "a@b.", "a\n@b", "a@b\r\nBcc:c",
        "<a@b>", "ä@b",
        "\"a\"@b", "a@[1]", String(repeating: "a", count: 65) + "@b",
        "a@" + String(repeating: "b", count: 253),
    ])
    func `anything else is no address`(text: String) { #expect(EmailAddress(text) == nil) }
}
