import Foundation

/// What a pod starts from: `etc/` and `home/` are copied into its memory, `m/` is where that is mounted.
extension PodFolder {
    /// Writes every file of a pod for `order`. A folder that a crash left without `order.json` was never a pod.
    func fill(for order: PodOrder, environment: PodEnvironment, server: SSHServer, uid: UInt32) throws {
        for (name, mode) in [
            ("m", 0o700), ("etc", 0o755), ("etc/ssh", 0o755), ("home", 0o700), ("home/.ssh", 0o700),
        ] {
            try makeFolder(name, mode: mode)
        }
        let hostKey = try server.makeHostKey(in: self)
        let note = PodNote(
            label: label, offerKey: order.offerKey, uid: uid, hostKey: hostKey,
            hostKeyFingerprint: SSHServer.fingerprint(of: hostKey))
        try write(String(decoding: try JSONEncoder().encode(note), as: UTF8.self), to: "order.json")
        try writeSystemFiles()
        try write(order.authorizedKeys.joined(separator: "\n") + "\n", to: "home/.ssh/authorized_keys")
        switch server.kind {
        case .openssh: try write(sshdConfiguration + environment.sshdLine, to: "etc/ssh/sshd_config")
        case .dropbear:  // Has no such setting. bash reads the one for commands, the other for logins.
            try write(environment.exports, to: "home/.bashrc")
            try write(environment.exports, to: "home/.profile")
        }
        if !order.bootScript.isEmpty {
            try write(environment.exports + order.bootScript + "\n", to: "boot.sh")
        }
    }

    private func writeSystemFiles() throws {
        let files = [
            "passwd": """
            user:x:1000:1000::/home/user:/bin/bash
            sshd:x:101:65534::/run/sshd:/usr/sbin/nologin

            """,
            // No group `tty`: with one, an unprivileged sshd tries to give it the terminal, and gives up.
            "group": "user:x:1000:\nnogroup:x:65534:\n",
            "shells": "/bin/sh\n/bin/bash\n",  // dropbear refuses a shell that is not here.
            "hosts": "127.0.0.1 localhost pod\n::1 localhost\n",
            "hostname": "pod\n",
            "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
            "resolv.conf": (try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)) ?? "",
            "profile": "PS1='\\u@\\h:\\w\\$ '\n",
        ]
        for (name, text) in files {
            try write(text, to: "etc/" + name)
            chmod(path + "/etc/" + name, 0o644)
        }
        // Programs of the host may need libraries outside the default folders.
        try? FileManager.default.copyItem(atPath: "/etc/ld.so.cache", toPath: path + "/etc/ld.so.cache")
    }

    private var sshdConfiguration: String {
        """
        HostKey /etc/ssh/hostkey
        PidFile none
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        LoginGraceTime 30
        LogLevel ERROR
        Subsystem sftp internal-sftp

        """
    }
}
