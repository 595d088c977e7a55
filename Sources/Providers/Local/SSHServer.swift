import Crypto
import Foundation
import Programs

/// The SSH server that runs in the pods: the host's OpenSSH, else its dropbear, else a dropbear whose packages were
/// unpacked, not installed, into `tools` beside the pods.
struct SSHServer {
    enum Kind: String { case openssh, dropbear }

    let kind: Kind
    let toolsPath: String?  // Nil for what the host has installed.

    static func found(podsDirectory: String) -> SSHServer? {
        let tools = podsDirectory + "/tools"
        let exists = FileManager.default.isExecutableFile(atPath:)
        if exists("/usr/sbin/sshd") { return SSHServer(kind: .openssh, toolsPath: nil) }
        if exists("/usr/sbin/dropbear") { return SSHServer(kind: .dropbear, toolsPath: nil) }
        if exists(tools + "/usr/sbin/dropbear") { return SSHServer(kind: .dropbear, toolsPath: tools) }
        return nil
    }

    /// What to lay the pod's /usr from, as seen from its mount point.
    var usr: String { toolsPath == nil ? "/usr" : "../../tools/usr" }

    /// Makes a key pair in `etc/ssh` of the pod. Never used twice: the pod can read it.
    /// - Returns: the public half, `type base64`.
    func makeHostKey(in folder: PodFolder) throws -> String {
        let ssh = folder.path + "/etc/ssh"
        let command: Command.Outcome
        switch kind {
        case .openssh:
            command = try Command.run([
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "pod", "-f", ssh + "/hostkey",
            ])
        case .dropbear:
            let program = (toolsPath ?? "") + "/usr/bin/dropbearkey"
            command = try Command.run(
                [program, "-t", "ed25519", "-f", ssh + "/dbkey"],
                environment: ["LD_LIBRARY_PATH": libraryPath])
        }
        let printed =
            kind == .openssh
            ? try? String(contentsOfFile: ssh + "/hostkey.pub", encoding: .utf8) : command.output
        guard command.succeeded,
            let line = printed?.split(separator: "\n").first(where: { $0.hasPrefix("ssh-ed25519 ") })
        else { throw SystemFault(operation: "make a host key: \(command.error)", code: EIO) }
        return line.split(separator: " ").prefix(2).joined(separator: " ")
    }

    private var libraryPath: String {
        guard let library = toolsPath.map({ $0 + "/usr/lib" }) else { return "" }
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
        return folders.filter { $0.contains("-linux-gnu") }.map { library + "/" + $0 }.joined(separator: ":")
    }

    /// `SHA256:…` as OpenSSH prints it: unpadded base 64.
    static func fingerprint(of publicKey: String) -> String {
        let fields = publicKey.split(separator: " ")
        let blob = fields.count > 1 ? Data(base64Encoded: String(fields[1])) ?? Data() : Data()
        let digest = Data(SHA256.hash(data: blob)).base64EncodedString()
        return "SHA256:" + digest.prefix { $0 != "=" }
    }
}
