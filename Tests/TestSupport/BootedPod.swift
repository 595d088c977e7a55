import Foundation
import Glibc

/// The start script of a pod upstream, run for real by `sh` as root in namespaces of its own. Nothing of this machine
/// is changed: over root's home, /run and /opt lie empty file systems, and over /etc lies a copy.
package final class BootedPod: Sendable {
    private let process: RunningProcess

    /// Why there are none here.
    package static let problem: String? = {
        guard getuid() == 0 else { return "needs root, as a pod's script does" }
        guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd") else { return "no sshd here" }
        do {
            let tried = try Command.run(
                "/usr/bin/unshare",
                ["--mount", "--pid", "--fork", "sh", "-c", "mount -t tmpfs none /mnt"])
            return tried.status == 0 ? nil : "no mount namespaces here: \(tried.errors)"
        } catch { return "\(error)" }
    }()

    /// - Parameters:
    ///   - name: of its files in `folder`: `NAME.script`, `NAME.log`, `NAME.etc/`.
    ///   - before: commands that come first.
    ///   - gpus: what the driver's program prints; nil: there is none.
    package init(
        _ script: String, in folder: ScratchFolder, name: String = "pod", before: String = "",
        gpus: String? = nil
    ) throws {
        try folder.write(script, to: name + ".script")
        try folder.write("#!/bin/sh\nprintf '\(gpus ?? "")\\n'\n", to: name + ".nvidia-smi")
        let etc = folder[name + ".etc"]
        let setUp = """
            set -e
            mount -t tmpfs -o mode=700 none /root
            mkdir \(etc); cp -a /etc/. \(etc) 2>/dev/null || :
            mount --bind \(etc) /etc
            mount -t tmpfs none /run
            mount -t tmpfs none /opt
            \(gpus == nil ? ":" : "mkdir /opt/bin; cp \(folder[name + ".nvidia-smi"]) /opt/bin/nvidia-smi")
            \(gpus == nil ? ":" : "chmod 755 /opt/bin/nvidia-smi")
            export HOME=/root
            \(before)
            systemctl() { :; }; service() { :; }
            set +e
            . \(folder[name + ".script"])
            """
        try folder.write(setUp, to: name + ".setup")
        process = try RunningProcess(
            "/usr/bin/unshare",
            ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", folder[name + ".setup"]],
            output: folder[name + ".log"])
    }

    /// Ends all that runs in it.
    package func end() { process.kill() }
}
