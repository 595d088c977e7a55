import Foundation
import Glibc
import TestSupport
import Testing

/// A pod as its renter reaches it: by the ordinary `ssh`, which trusts one host key.
struct Pod {
    let host: String
    let port: Int64
    let renter: Renter
    private let user: String
    private let knownHosts: String

    /// Asks the port for its host key and requires the one that the API named.
    init(_ rental: JSON, of renter: Renter, user: String = "user") throws {
        self.renter = renter
        self.user = user
        host = try rental.text("host")
        port = try rental.integer("port")
        #expect(try rental.text("sshCommand") == "ssh -p \(port) \(user)@\(host)")
        let scan = try Command.run("/usr/bin/ssh-keyscan", ["-t", "ed25519", "-p", "\(port)", host])
        knownHosts = try renter.outlet.folder.write(scan.output, to: "known-\(port)")
        let fingerprint = try Command.run("/usr/bin/ssh-keygen", ["-lf", knownHosts]).output.split(
            separator: " ")
        try #require(fingerprint.count > 1, "no host key: \(scan)")
        #expect(try rental.text("hostKeyFingerprint") == String(fingerprint[1]))
    }

    func ssh(_ command: String, keyFile: String? = nil) throws -> Command.Result {
        try Command.run("/usr/bin/ssh", options(keyFile) + ["-p", "\(port)", "\(user)@\(host)", command])
    }

    func scp(_ file: String, to name: String) throws -> Command.Result {
        try Command.run("/usr/bin/scp", options(nil) + ["-P", "\(port)", file, "\(user)@\(host):\(name)"])
    }

    private func options(_ keyFile: String?) -> [String] {
        [
            "-F", "none", "-i", keyFile ?? renter.keyFile, "-o", "IdentitiesOnly=yes", "-o",
            "IdentityAgent=none",
            "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o",
            "UserKnownHostsFile=\(knownHosts)",
            "-o", "ConnectTimeout=5",
        ]
    }

    /// Whether its port takes connections.
    var answers: Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) == 0 }
        }
    }

    /// Waits until nobody can log in and no process of it is left.
    func waitUntilGone(within seconds: Double = 5) async throws {
        try await eventually("the pod at port \(port) is gone", within: seconds, every: 0.02) {
            answers ? nil : ()
        }
        #expect(try ssh("true").status == 255)
    }
}
