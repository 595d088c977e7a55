import Domain
import Testing

private typealias Algorithm = SSHPublicKey.Algorithm

/// A wire string: four bytes of length, then the bytes.
private func string(_ bytes: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
}

private func text(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

private func line(_ type: String, _ parts: [UInt8]...) -> String {
    "\(type) \(Base64.encode(text(type) + parts.flatMap { $0 }))"
}

private let edwards = string([UInt8](repeating: 7, count: 32))
private func point(_ coordinate: Int, mark: UInt8 = 4) -> [UInt8] {
    string([mark] + [UInt8](repeating: 7, count: 2 * coordinate))
}
private let exponent = string([1, 0, 1])
private func modulus(bytes: Int, first: [UInt8] = [0, 0x80]) -> [UInt8] {
    string(first + [UInt8](repeating: 1, count: bytes - 1))
}

private func refusal(of line: String) -> SSHKeyRefusal? {
    do throws(SSHKeyRefusal) { _ = try SSHPublicKey(line: line) } catch { return error }
    return nil
}

@Suite struct `SSH public keys` {
    @Test(arguments: [
        line("ssh-ed25519", edwards),
        line("ecdsa-sha2-nistp256", text("nistp256"), point(32)),
        line("ecdsa-sha2-nistp384", text("nistp384"), point(48)),
        line("ecdsa-sha2-nistp521", text("nistp521"), point(66)),
        line("ssh-rsa", exponent, modulus(bytes: 256)),
        line("sk-ssh-ed25519@openssh.com", edwards, text("ssh:")),
        line("sk-ecdsa-sha2-nistp256@openssh.com", text("nistp256"), point(32), text("ssh:")),
    ])
    func `a sound key is taken and re-written without its comment`(line: String) throws {
        #expect(try SSHPublicKey(line: line).line == line)
        #expect(try SSHPublicKey(line: "  \(line)\t me@host and more \r\n").line == line)
    }

    @Test(arguments: [
        line("ssh-ed25519", string([UInt8](repeating: 7, count: 31))),
        line("ssh-ed25519", edwards, [0]),
        line("ssh-ed25519"),
        line("ecdsa-sha2-nistp256", text("nistp384"), point(32)),
        line("ecdsa-sha2-nistp256", text("nistp256"), point(48)),
        line("ecdsa-sha2-nistp256", text("nistp256"), point(32, mark: 2)),
        line("ssh-rsa", exponent, modulus(bytes: 256, first: [0, 0, 0x80])),
        line("ssh-rsa", exponent, modulus(bytes: 256, first: [0x80])),
        line("ssh-rsa", string([]), modulus(bytes: 256)),
        line("sk-ssh-ed25519@openssh.com", edwards),
        line("sk-ssh-ed25519@openssh.com", edwards, text("")),
        "ssh-rsa " + line("ssh-ed25519", edwards).split(separator: " ")[1],
        "restrict " + line("ssh-ed25519", edwards),
        "command=\"id\" " + line("ssh-ed25519", edwards),
        line("ssh-ed25519", edwards) + "\n" + line("ssh-ed25519", edwards),
        line("ssh-ed25519", edwards) + " comment\u{1B}[31m",
        line("ssh-ed25519", edwards) + " nul\0",
        line("ssh-ed25519", edwards) + "=",
        "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 !!!!", "ssh-ed25519 AAAA", "ssh-ed25519 /////w==", "",
        " \n", "garbage",
        "ssh-ed25519-cert-v01@openssh.com AAAA", "-----BEGIN PUBLIC KEY-----",
        String(repeating: "A", count: 100_000),
    ])
    func `what is not one whole key is invalid, with a reason`(line: String) {
        guard case .invalidKey(let reason) = refusal(of: line) else {
            Issue.record("not refused as invalid: \(line.prefix(80))")
            return
        }
        #expect(reason.count > 20)
    }

    @Test(arguments: [
        "ssh-dss AAAA", line("ssh-rsa", exponent, modulus(bytes: 255)),
        line("ssh-rsa", exponent, modulus(bytes: 256, first: [0x7F])),
        line("ssh-rsa", string([1]), modulus(bytes: 256)),
    ])
    func `DSA and short RSA are weak`(line: String) {
        guard case .weakKey = refusal(of: line) else {
            Issue.record("not refused as weak: \(line.prefix(80))")
            return
        }
    }

    @Test(arguments: [
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----",
        "PuTTY-User-Key-File-3: ssh-ed25519", "AAAA\nPrivate-Lines: 1\nAAAA",
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB",
        String(repeating: "-----BEGIN EC PRIVATE KEY-----\n", count: 5_000),
    ])
    func `a private key has a refusal of its own`(line: String) { #expect(refusal(of: line) == .privateKey) }

    @Test(arguments: [
        (line("ssh-ed25519", edwards) + "\n" + line("ssh-ed25519", edwards), "2 keys"),
        (line("ssh-ed25519", edwards).replacing("AAAAC3", with: "AAAAC3\n"), "broken into lines"),
        (line("ssh-ed25519", edwards).replacing("AAAAC3", with: "AAAAC3\r\n  "), "broken into lines"),
        ("# my keys\n" + line("ssh-ed25519", edwards), "lines beside the key"),
        ("restrict " + line("ssh-ed25519", edwards), "in front of the key"),
        ("from=\"10.0.0.1\",command=\"id\" " + line("ssh-ed25519", edwards), "in front of the key"),
        ("example.org " + line("ssh-ed25519", edwards), "in front of the key"),
        (String(line("ssh-ed25519", edwards).split(separator: " ")[1]), "type in front is missing"),
        ("SHA256:abc", "fingerprint"), ("~/.ssh/id_ed25519.pub", "name of a file"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nComment: x\nAAAA", "ssh-keygen -i -f"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA", "-m PKCS8"), ("-----BEGIN RSA PUBLIC KEY-----", "-m PEM"),
        ("ssh-ed25519-cert-v01@openssh.com AAAA", "certificate"),
    ])
    func `a mistake in pasting is explained, without a word of what was pasted`(text: String, words: String) {
        let message = refusal(of: text)?.message ?? "taken"
        #expect(message.contains(words))
        #expect(!message.contains("AAAA") && !message.contains("10.0.0.1"))
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `no damaged key crashes the reader or is re-written otherwise`(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func random(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let whole = text("ssh-rsa") + exponent + modulus(bytes: 256)
        for _ in 0..<2_000 {
            var blob = whole
            for _ in 0...random(3) { blob[random(24)] = UInt8(random(256)) }
            if random(2) == 0 { blob.removeLast(random(blob.count)) }
            let line = "ssh-rsa \(Base64.encode(blob))"
            if let key = try? SSHPublicKey(line: line) { #expect(key.line == line) }
        }
    }
}
