/// What runs as a container's first process: it finds or installs an SSH server, starts the pod's script beside it,
/// and becomes the server. For any image with `sh`; it may start again in the same container.
enum PodBootstrap {
    static let folder = ".outlet"  // Below the container's root.

    /// Says that all files are there: it comes last. With the label in its name, since an image may be made of a pod.
    static func ready(_ label: String) -> String { "\(folder)/ready-\(label)" }

    /// Says that the container was seen with the right GPUs.
    static func accepted(_ label: String) -> String { "\(folder)/accepted-\(label)" }

    static let command = ["/bin/sh", "/\(folder)/start"]

    static let script = """
        #!/bin/sh
        # Becomes the pod's SSH server.
        PATH="${PATH:-/usr/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        export PATH
        cd /\(folder) || exit 70

        server() {
            for file in /usr/sbin/sshd /usr/local/sbin/sshd /usr/bin/sshd /sbin/sshd; do
                if [ -x "$file" ]; then echo "$file"; return 0; fi
            done
            return 1
        }

        # Libraries of the image are for its programs; package managers and sshd run with the system's.
        plain() { env -u LD_LIBRARY_PATH -u LD_PRELOAD DEBIAN_FRONTEND=noninteractive "$@"; }

        install() {
            echo "outlet: this image has no SSH server; installing one"
            if command -v apt-get; then
                plain apt-get -qq update && plain apt-get -qq install -y --no-install-recommends openssh-server
            elif command -v apk; then plain apk add --no-cache openssh-server openssh-sftp-server
            elif command -v dnf; then plain dnf -q -y install openssh-server
            elif command -v microdnf; then plain microdnf -y install openssh-server
            elif command -v yum; then plain yum -q -y install openssh-server
            elif command -v zypper; then plain zypper -n -q install openssh
            else echo "outlet: no package manager known to us either"; return 1
            fi
        }

        sshd=$(server) || { install && sshd=$(server); } || { echo "outlet: no SSH server could be had"; exit 71; }

        grep -q '^sshd:' /etc/passwd || echo 'sshd:x:74:74:sshd:/run/sshd:/usr/sbin/nologin' >> /etc/passwd
        grep -q '^sshd:' /etc/group || echo 'sshd:x:74:' >> /etc/group
        mkdir -p /run/sshd /var/empty /var/empty/sshd && chmod 0755 /run/sshd /var/empty /var/empty/sshd

        # Older servers do not know every line: what this one refuses, it does without.
        cp sshd_base sshd_config
        for more in sshd_environment sshd_penalties; do
            cat sshd_config "$more" > sshd_try
            if plain "$sshd" -t -f /\(folder)/sshd_try 2>/dev/null; then mv sshd_try sshd_config; fi
        done

        if [ -s boot ] && [ ! -e booted ]; then
            : > booted
            (cd "${HOME:-/root}" && exec sh /\(folder)/boot) </dev/null &
        fi
        unset LD_LIBRARY_PATH LD_PRELOAD
        exec "$sshd" -D -e -f /\(folder)/sshd_config

        """

    /// What every server of ours is told. Root has no password and cannot get a session by one.
    static let serverConfiguration = """
        Port 22
        HostKey /\(folder)/host_key
        AuthorizedKeysFile /\(folder)/authorized_keys
        PermitRootLogin prohibit-password
        PasswordAuthentication no
        ChallengeResponseAuthentication no
        UsePAM no
        PidFile none
        LogLevel ERROR
        PrintMotd no
        Subsystem sftp internal-sftp

        """
}

extension TarArchive {
    /// All that a pod's container gets before it starts. The last file says that the others are there.
    init(
        order: PodOrder, variables: PodEnvironment, hostKey: HostKey
    ) {
        let folder = PodBootstrap.folder
        addFolder(folder)
        func file(_ name: String, _ text: String, mode: Int = 0o600) {
            addFile("\(folder)/\(name)", text.utf8, mode: mode)
        }
        file("start", PodBootstrap.script, mode: 0o700)
        file("host_key", hostKey.privateFile)
        file("authorized_keys", order.authorizedKeys.map { $0 + "\n" }.joined())
        file("sshd_base", PodBootstrap.serverConfiguration)
        file("sshd_environment", variables.sshdLine)
        // Behind a published port everybody seems to come from one address; a penalty would lock all out.
        file("sshd_penalties", "PerSourcePenalties no\n")
        file("boot", order.bootScript)
        addFile(PodBootstrap.ready(order.label), [], mode: 0o600)
    }
}
