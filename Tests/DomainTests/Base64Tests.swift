import Domain
import Testing

@Suite struct `Base 64` {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `bytes and text turn into each other`(plain: String, coded: String) {
        #expect(Base64.encode(plain.utf8) == coded)
        #expect(Base64.decode(coded) == Array(plain.utf8))
        let url = String(coded.prefix { $0 != "=" })
        #expect(Base64.encode(plain.utf8, as: .url) == url)
        #expect(Base64.decode(url, as: .url) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "Zg==Zg==", "Zm9 v", "Zm9v\n", "-_-_", "Zm9é",
    ])
    func `another spelling is refused`(coded: String) { #expect(Base64.decode(coded) == nil) }

    @Test(arguments: ["Z", "Zg==", "Zh", "+/+/"])
    func `another spelling for URLs is refused`(coded: String) {
        #expect(Base64.decode(coded, as: .url) == nil)
    }
}
