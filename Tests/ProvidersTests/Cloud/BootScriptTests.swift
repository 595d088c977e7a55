import Domain
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Providers

/// The start script, run for real by `sh` as root, in a mount namespace where nothing of this machine can be changed.
@Suite(
    .serialized, .timeLimit(.minutes(3)),
    .enabled(if: BootedPod.problem == nil, Comment(rawValue: BootedPod.problem ?? "")))
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
            "\(ran.error) \(rig.folder.read("pod.log"))")
        #expect(rig.ssh("true", key: "stranger").error.contains("Permission denied"))
        #expect(rig.folder.read("pod.log").contains("hello from the start script"))
        #expect(!rig.folder.read("pod.log").contains("PRIVATE KEY"))

        rig.hostKeyIsWrong()
        #expect(rig.ssh("true").status == 255, "another host key is not taken for ours")
        _ = pod
    }

    @Test func `the outlet's key lets itself out, and no start brings it back; what the renter adds stays`()
        async throws
    {
        let rig = try BootRig(lookUntil: Instant(4_102_444_800))
        let pod = try rig.start { $0.forContainer }
        try await rig.awaitBanner()
        try rig.folder.write("[127.0.0.1]:\(rig.port) \(rig.hostKey.publicLine)\n", to: "known")
        let keys = "$HOME/.ssh/authorized_keys"
        #expect(rig.ssh("grep -c . \(keys)", key: "look").output == "2")
        #expect(rig.ssh("id", key: "look", more: ["-tt"]).error.contains("PTY allocation request failed"))
        #expect(rig.ssh("sed -i '/look$/d' \(keys)", key: "look").status == 0)
        #expect(rig.ssh("echo '# mine' >> \(keys)").status == 0)
        #expect(rig.ssh("true", key: "look").error.contains("Permission denied"))
        // The container's first process again, on the same disk.
        let again = rig.ssh(
            """
            rm /etc/outlet/sshd_config; sh \(rig.folder["pod.script"]) > /dev/null 2>&1 &
            until [ -e /etc/outlet/sshd_config ]; do sleep 0.05; done; cat \(keys)
            """)
        #expect(again.output == rig.order.authorizedKeys[0] + "\n# mine", "\(again)")
        #expect(rig.ssh("true", key: "look").error.contains("Permission denied"))
        _ = pod
    }

    @Test func `a start on an empty disk, when looking is over, gives the outlet no key`() async throws {
        let rig = try BootRig(lookUntil: Instant(1_780_272_000))
        let pod = try rig.start { $0.forContainer }
        try await rig.awaitBanner()
        try rig.folder.write("[127.0.0.1]:\(rig.port) \(rig.hostKey.publicLine)\n", to: "known")
        #expect(rig.ssh("cat $HOME/.ssh/authorized_keys").output == rig.order.authorizedKeys[0])
        #expect(rig.ssh("true", key: "look").error.contains("Permission denied"))
        _ = pod
    }

    @Test func `a machine's script puts the renter's key in the place of the operator's`() async throws {
        let rig = try BootRig()
        let machine = try rig.start(before: "mkdir -p $HOME/.ssh; echo operator > $HOME/.ssh/authorized_keys")
        {
            $0.forMachine(user: "nobody-of-this-name")
                + "\ncp $HOME/.ssh/authorized_keys \(rig.folder["keys"])"
                + "\ncp /etc/ssh/sshd_config \(rig.folder["config"])"
        }
        let keys = try await awaited("the script has ended") {
            FileManager.default.fileExists(atPath: rig.folder["config"]) ? rig.folder.read("keys") : nil
        }
        #expect(keys == rig.order.authorizedKeys[0] + "\n")
        #expect(
            rig.folder.read("config").hasPrefix("HostKey /etc/outlet/hostkey\nPasswordAuthentication no\n"))
        _ = machine
    }

    @Test func `scripts are proper shell, whatever a renter asks for`() throws {
        let folder = try ScratchFolder()
        let order = PodOrder(
            label: "outlet-x", offerKey: "", authorizedKeys: ["ssh-ed25519 AAAA it's a 'comment'"],
            lookKey: LookKey(line: "restrict ssh-ed25519 AAAA it's", until: Instant(1)),
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

    init(lookUntil: Instant? = nil) throws {
        folder = try ScratchFolder()
        port = try FreePort.next()
        for name in ["key", "stranger", "look"] {
            _ = run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder[name]])
        }
        hostKey = HostKey(secret: Data("a secret".utf8), label: "outlet-test")
        let line = "restrict " + folder.read("look.pub").trimmed
        let lookKey = lookUntil.map { LookKey(line: line, until: $0) }
        order = PodOrder(
            label: "outlet-test", offerKey: "", authorizedKeys: [folder.read("key.pub").trimmed],
            lookKey: lookKey,
            environment: ["GREETING": "it's \"one\" $HOME"],
            bootScript: "echo hello from the start script; echo \"$GREETING\" > /etc/outlet/boot-ran",
            image: "")
    }

    func start(before: String = "", _ script: (BootScript) -> String) throws -> BootedPod {
        var boot = BootScript(order: order, hostKey: hostKey)
        boot.port = port
        return try BootedPod(script(boot), in: folder, before: before)
    }

    func awaitBanner() async throws {
        _ = try await awaited("SSH answers: \(folder.read("pod.log"))") {
            try? await SSHBanner.read(host: "127.0.0.1", port: port, timeout: .seconds(2))
        }
    }

    func hostKeyIsWrong() {
        let other = HostKey(secret: Data("another".utf8), label: "outlet-test")
        _ = try? folder.write("[127.0.0.1]:\(port) \(other.publicLine)\n", to: "known")
    }

    func ssh(_ command: String, key: String = "key", more: [String] = []) -> Ran {
        run(
            ["ssh"] + more + [
                "-F", "none", "-i", folder[key], "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
                "UserKnownHostsFile=\(folder["known"])", "-o", "StrictHostKeyChecking=yes", "-o",
                "ConnectTimeout=20",
                "-p", "\(port)", "root@127.0.0.1", command,
            ])
    }
}
