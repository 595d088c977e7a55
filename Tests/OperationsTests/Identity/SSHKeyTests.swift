import Domain
import Operations
import Storage
import TestSupport
import Testing

@Suite struct `SSH keys` {
    /// The oracle: keys of ssh-keygen, and its own reading of them.
    @Test(arguments: [
        ("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "2048"),
        ("rsa", "3072"),
    ])
    func `a key of ssh-keygen is taken with the fingerprint that ssh-keygen shows`(type: String, bits: String)
        throws
    {
        let folder = try ScratchFolder()
        let file = folder["key"]
        let made = try Command.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", type, "-b", bits, "-N", "", "-C", "me@host", "-f", file])
        #expect(made.status == 0)
        let shown = try Command.run("/usr/bin/ssh-keygen", ["-l", "-f", file + ".pub"]).output
        let key = try SSHPublicKey(line: folder.read("key.pub"))
        #expect(shown.split(separator: " ")[1] == key.fingerprint)
        #expect(folder.read("key.pub") == key.line + " me@host\n")
        #expect(throws: SSHKeyRefusal.privateKey) { try SSHPublicKey(line: folder.read("key")) }
    }

    @Test func `a short RSA key of ssh-keygen is weak`() throws {
        let folder = try ScratchFolder()
        try Command.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", folder["key"]])
        let line = folder.read("key.pub")
        do throws(SSHKeyRefusal) {
            _ = try SSHPublicKey(line: line)
            Issue.record("taken")
        } catch {
            #expect(error.message.contains("1024"))
        }
    }

    @Test func `keys are listed newest first, once each, and only to their owner`() throws {
        let w = try IdentityWorld()
        let other = try w.context.addUser(email: "bob@example.org").id
        let first = try w.context.addSSHKey(named: "laptop", key(1), for: w.user)
        w.pass(Seconds(1))
        let second = try w.context.addSSHKey(named: "desk", key(2), for: w.user)
        #expect(try w.context.sshKeys(of: w.user).map(\.id) == [second.id, first.id])
        #expect(throws: SSHKeyRefusal.duplicate) {
            try w.context.addSSHKey(named: "again", key(1), for: w.user)
        }
        _ = try w.context.addSSHKey(named: "shared", key(1), for: other)
        #expect(try w.context.deleteSSHKey(first.id, of: other) == false)
        #expect(try w.context.deleteSSHKey(first.id, of: w.user))
        #expect(try w.context.deleteSSHKey(first.id, of: w.user) == false)
        #expect(try w.context.sshKeys(of: w.user).map(\.id) == [second.id])
        let lines = try w.context.database.read { try $0.authorizedKeys(of: w.user) }
        #expect(lines == ["\(try key(2).line) \(second.id)"])
    }

    private func key(_ byte: UInt8) throws -> SSHPublicKey {
        let type = "ssh-ed25519"
        let blob = [0, 0, 0, 11] + Array(type.utf8) + [0, 0, 0, 32] + [UInt8](repeating: byte, count: 32)
        return try SSHPublicKey(line: "\(type) \(Base64.encode(blob))")
    }
}
