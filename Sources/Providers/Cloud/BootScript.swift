import Foundation

/// What a pod upstream runs first, as root by `sh`: an SSH server that knows the renter's keys, shows the host key that
/// the outlet expects, and needs nothing of the provider. Then the scripts of template and renter, whose output is
/// the pod's log. Keys are in here and on no provider's account.
struct BootScript {
    let order: PodOrder
    let hostKey: HostKey?
    var port = 22

    /// For a container: its main process, which never ends by itself.
    var forContainer: String {
        """
        # Starts SSH for the renter of this pod.
        umask 022
        dir=/etc/outlet
        home=~root
        case "$home" in /*) ;; *) home=/root ;; esac
        mkdir -p "$dir" /run/sshd "$home/.ssh"
        chmod 700 "$dir" "$home/.ssh"
        chmod go-w "$home"
        # Once, however often it starts: from then on they are the renter's, and the outlet's own key stays away.
        if [ ! -e "$dir/keys-given" ]; then
            \(file("$home/.ssh/authorized_keys", keys))
            \(lookKeyLine)
            chmod 600 "$home/.ssh/authorized_keys"
            : > "$dir/keys-given"
        fi
        \(hostKeyLines)
        say() { echo "outlet: $*"; }
        sshd=$(command -v sshd || ls /usr/sbin/sshd 2>/dev/null)
        if [ -z "$sshd" ]; then
            say 'the image has no SSH server: installing one'
            if command -v apt-get >/dev/null; then
                apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install openssh-server
            elif command -v apk >/dev/null; then apk -q add openssh-server
            elif command -v dnf >/dev/null; then dnf -q -y install openssh-server
            elif command -v microdnf >/dev/null; then microdnf -y install openssh-server
            elif command -v yum >/dev/null; then yum -q -y install openssh-server
            elif command -v zypper >/dev/null; then zypper -q -n install openssh
            fi
            sshd=$(command -v sshd || ls /usr/sbin/sshd 2>/dev/null)
        fi
        [ -n "$sshd" ] || { say 'no SSH server, and no way to install one'; exit 1; }
        if [ ! -s "$dir/hostkey" ]; then ssh-keygen -q -t ed25519 -N '' -f "$dir/hostkey"; fi
        sed -i 's/^root:!/root:*/' /etc/shadow 2>/dev/null
        env | grep -E '^(PATH|LD_LIBRARY_PATH|LIBRARY_PATH|LANG|LC_[A-Z]*|CUDA_[A-Z_]*|NVIDIA_[A-Z_]*|CONDA_[A-Z_]*)=' \\
            > "$home/.ssh/environment"
        \(file("$home/.ssh/environment", environment, appends: true))
        chmod 600 "$home/.ssh/environment"
        cat > "$dir/sshd_config" <<END
        Port \(port)
        HostKey $dir/hostkey
        AuthorizedKeysFile .ssh/authorized_keys
        PermitRootLogin prohibit-password
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitEmptyPasswords no
        PermitUserEnvironment yes
        PidFile none
        Subsystem sftp internal-sftp
        END
        \(bootLines)
        run_boot &
        say 'SSH is ready'
        while :; do
            "$sshd" -D -e -f "$dir/sshd_config"
            say 'the SSH server ended; it is started again'
            sleep 2
        done
        """
    }

    /// For a virtual machine with an SSH server of its own; run once, late in its first boot. The operator's key, which
    /// some providers insist on, goes.
    func forMachine(user: String) -> String {
        """
        #!/bin/sh
        # Gives this machine to its renter.
        [ "$(id -u)" = 0 ] || exec sudo -n sh "$0"
        umask 022
        dir=/etc/outlet
        home=$(getent passwd \(Self.quoted(user)) | cut -d: -f6)
        user=\(Self.quoted(user))
        [ -n "$home" ] || { home=~root; user=root; }
        mkdir -p "$dir" "$home/.ssh"
        chmod 700 "$dir" "$home/.ssh"
        say() { echo "outlet: $*"; }
        \(hostKeyLines)
        if [ -s "$dir/hostkey" ]; then
            printf 'HostKey %s/hostkey\\nPasswordAuthentication no\\nPermitUserEnvironment yes\\n' "$dir" > "$dir/sshd_head"
            cat "$dir/sshd_head" /etc/ssh/sshd_config > "$dir/sshd_config"
            rm -f /etc/ssh/ssh_host_*
            cp "$dir/sshd_config" /etc/ssh/sshd_config
        fi
        \(file("$home/.ssh/environment", environment))
        \(file("$home/.ssh/authorized_keys", keys))
        \(lookKeyLine)
        chmod 600 "$home/.ssh/authorized_keys" "$home/.ssh/environment"
        chown -R "$user" "$home/.ssh"
        systemctl restart ssh 2>/dev/null || systemctl restart sshd || service ssh restart
        \(bootLines)
        run_boot
        """
    }

    private var keys: String { order.authorizedKeys.map { $0 + "\n" }.joined() }

    /// A container may start again on an empty disk, where nothing says that it was looked at: by then it is too late.
    private var lookKeyLine: String {
        guard let key = order.lookKey else { return ":" }
        let line = file("$home/.ssh/authorized_keys", key.line + "\n", appends: true)
        return "[ \"$(date +%s)\" -ge \(key.until.secondsSince1970) ] || \(line)"
    }

    /// `NAME=value` lines, as sshd reads them; it has no way to write a line end inside of a value.
    private var environment: String {
        order.environment.sorted { $0.key < $1.key }.filter { !$0.value.contains("\n") }
            .map { "\($0.key)=\($0.value)\n" }.joined()
    }

    private var hostKeyLines: String {
        guard let hostKey else { return "# Its own host key." }
        return """
            (umask 077; \(file("$dir/hostkey", hostKey.privateFile)))
            \(file("$dir/hostkey.pub", hostKey.publicLine + "\n"))
            """
    }

    /// The script of template and renter, in the environment that the renter asked for.
    private var bootLines: String {
        let exports = order.environment.sorted { $0.key < $1.key }.map {
            "export \($0.key)=\(Self.quoted($0.value))\n"
        }.joined()
        return """
            \(file("$dir/boot", exports + order.bootScript + "\n"))
            run_boot() { sh "$dir/boot" 2>&1; say "the start script ended with $?"; }
            """
    }

    /// Commands that write `text` to `path`, whatever is in it.
    private func file(_ path: String, _ text: String, appends: Bool = false) -> String {
        "echo \(Data(text.utf8).base64EncodedString()) | base64 -d \(appends ? ">>" : ">") \"\(path)\""
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: #"'\''"#) + "'"
    }

    /// The container's script as one word without blanks, for a variable of its environment.
    var packed: String { Data(forContainer.utf8).base64EncodedString() }

    /// Where `packed` goes, and what unpacks it: short, since commands have narrow limits where variables have none.
    static let variable = "OUTLET_BOOT"
    static let unpack =
        "echo \"$OUTLET_BOOT\" | base64 -d > /outlet-boot && unset OUTLET_BOOT && exec sh /outlet-boot"
}
