import Domain
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Providers

/// The start script, run for real by `sh` as root, in a mount namespace where nothing of this machine can be changed.
@Suite(
    .serialized, .timeLimit(.minutes(3)),
    .enabled(if: BootRig.problem == nil, Comment(rawValue: BootRig.problem ?? "")))
struct BootScriptTests {
    @Test func `a container's script opens SSH to the renter's key alone, with the expected host key`()
        async throws
    {
        let rig = try BootRig()
        let pod = try rig.start { $0.forContainer }
        try await rig.awaitBanner()
        let known = "[127.0.0.1]:\(rig.port) \(rig.hostKey.publicLine)\n"
        try rig.folder.write(known, to: "known")

        let ran = rig.ssh("echo \"$GREETING\"; cat /etc/outlet/boot-ran; id -un")
        #expect(
            ran.output == "it's \"one\" $HOME\nit's \"one\" $HOME\nroot",
            "\(ran.error) \(rig.folder.read("log"))")
        #expect(rig.ssh("true", key: "stranger").error.contains("Permission denied"))
        #expect(rig.folder.read("log").contains("hello from the start script"))
        #expect(!rig.folder.read("log").contains("PRIVATE KEY"))

        rig.hostKeyIsWrong()
        #expect(rig.ssh("true").status == 255, "another host key is not taken for ours")
        _ = pod
    }

    @Test func `a machine's script puts the renter's key in the place of the operator's`() async throws {
        let rig = try BootRig()
        _ = try rig.start(before: "mkdir -p /root/.ssh; echo operator > /root/.ssh/authorized_keys") {
            $0.forMachine(user: "nobody-of-this-name")
                + "\ncp /root/.ssh/authorized_keys \(rig.folder["keys"])"
                + "\ncp /etc/ssh/sshd_config \(rig.folder["config"])"
        }
        let keys = try await awaited("the script has ended") {
            FileManager.default.fileExists(atPath: rig.folder["config"]) ? rig.folder.read("keys") : nil
        }
        #expect(keys == rig.order.authorizedKeys[0] + "\n")
        #expect(
            rig.folder.read("config").hasPrefix("HostKey /etc/outlet/hostkey\nPasswordAuthentication no\n"))
    }

    @Test func `scripts are proper shell, whatever a renter asks for`() throws {
        let folder = try ScratchFolder()
        let order = PodOrder(
            label: "outlet-x", offerKey: "", authorizedKeys: ["ssh-ed25519 AAAA it's a 'comment'"],
            environment: ["A": "'\"$(touch /tmp/never)`", "B": "one\ntwo"], bootScript: "cat <<END\n'\nEND",
            image: "")
        for script in [
            BootScript(order: order, hostKey: nil).forContainer,
            BootScript(order: order, hostKey: nil).forMachine(user: "ubuntu"),
        ] {
            try folder.write(script, to: "script")
            #expect(run(["sh", "-n", folder["script"]]).status == 0)
        }
    }
}

/// A script of a pod, and a client before it.
private final class BootRig {
    let folder: ScratchFolder
    let port: Int
    let order: PodOrder
    let hostKey: HostKey
    private var process: RunningProcess?

    static let problem: String? = {
        guard getuid() == 0 else { return "needs root, as a pod's script does" }
        guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd") else { return "no sshd here" }
        let tried = run(["unshare", "--mount", "--pid", "--fork", "sh", "-c", "mount -t tmpfs none /mnt"])
        return tried.status == 0 ? nil : "no mount namespaces here: \(tried.error)"
    }()

    init() throws {
        folder = try ScratchFolder()
        port = try FreePort.next()
        for name in ["key", "stranger"] {
            _ = run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder[name]])
        }
        hostKey = HostKey(secret: Data("a secret".utf8), label: "outlet-test")
        order = PodOrder(
            label: "outlet-test", offerKey: "", authorizedKeys: [folder.read("key.pub").trimmed],
            environment: ["GREETING": "it's \"one\" $HOME"],
            bootScript: "echo hello from the start script; echo \"$GREETING\" > /etc/outlet/boot-ran",
            image: "")
    }

    /// Nothing is written but in empty file systems of its own: over root's home, and over a copy of /etc.
    func start(before: String = "", _ script: (BootScript) -> String) throws -> RunningProcess {
        var boot = BootScript(order: order, hostKey: hostKey)
        boot.port = port
        try folder.write(script(boot), to: "script")
        let setUp = """
            set -e
            mount -t tmpfs -o mode=700 none /root
            mkdir \(folder["etc"]); cp -a /etc/. \(folder["etc"]) 2>/dev/null || :
            mount --bind \(folder["etc"]) /etc
            mount -t tmpfs none /run
            \(before)
            export HOME=/root
            systemctl() { :; }; service() { :; }
            set +e
            . \(folder["script"])
            """
        try folder.write(setUp, to: "setup")
        let process = try RunningProcess(
            "/usr/bin/env",
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", folder["setup"]],
            output: folder["log"])
        self.process = process
        return process
    }

    func awaitBanner() async throws {
        _ = try await awaited("SSH answers: \(folder.read("log"))") {
            try? await SSHBanner.read(host: "127.0.0.1", port: port, timeout: .seconds(2))
        }
    }

    func hostKeyIsWrong() {
        let other = HostKey(secret: Data("another".utf8), label: "outlet-test")
        _ = try? folder.write("[127.0.0.1]:\(port) \(other.publicLine)\n", to: "known")
    }

    func ssh(_ command: String, key: String = "key") -> Ran {
        run([
            "ssh", "-F", "none", "-i", folder[key], "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
            "UserKnownHostsFile=\(folder["known"])", "-o", "StrictHostKeyChecking=yes", "-o",
            "ConnectTimeout=20",
            "-p", "\(port)", "root@127.0.0.1", command,
        ])
    }
}
