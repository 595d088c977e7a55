import Foundation

/// Root file systems for pods, out of this machine's own programs and the libraries that they need: no registry.
enum TestImage {
    /// `image.tar` with an SSH server, `bare.tar` without one but with an `apt-get` that "installs" it; and a renter's key.
    static func make(in folder: ScratchFolder) throws {
        let programs =
            "/bin/sh /bin/bash /bin/cat /bin/cp /bin/mv /bin/mkdir /bin/chmod /bin/grep /bin/ls /bin/sleep "
            + "/usr/bin/env /usr/bin/id /usr/bin/tty /usr/bin/head /usr/bin/sort /usr/sbin/sshd"
        try folder.write(
            """
            set -eu
            cd "$1"
            mkdir -p image/bin image/sbin image/usr/sbin image/etc image/root image/tmp image/run image/proc \\
                image/dev image/sys image/var
            chmod 1777 image/tmp; chmod 0700 image/root
            [ ! -L /bin ] || { rmdir image/bin; mkdir image/usr/bin; ln -s usr/bin image/bin; }
            [ ! -L /lib ] || { mkdir image/usr/lib; ln -s usr/lib image/lib; }
            [ ! -L /lib64 ] || { mkdir -p image/usr/lib64; ln -s usr/lib64 image/lib64; }
            for program in \(programs); do
                [ -e "image$program" ] || cp -L "$program" "image$program"
                ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
                    mkdir -p "image$(dirname "$library")"
                    [ -e "image$library" ] || cp -L "$library" "image$library"
                done
            done
            printf '%s\\n' 'root:x:0:0:root:/root:/bin/bash' > image/etc/passwd
            printf '%s\\n' 'root:x:0:' 'tty:x:5:' > image/etc/group
            tar -C image -cf image.tar .
            cat > image/usr/bin/apt-get <<'END'
            #!/bin/sh
            case "$*" in *install*) cp /usr/share-sshd /usr/sbin/sshd; chmod 0755 /usr/sbin/sshd ;; esac
            END
            chmod 0755 image/usr/bin/apt-get
            mv image/usr/sbin/sshd image/usr/share-sshd
            tar -C image -cf bare.tar .
            rm -rf image
            ssh-keygen -q -t ed25519 -N '' -f key
            """, to: "make-image")
        let made = try Command.run("/bin/sh", [folder["make-image"], folder.path], within: 120)
        guard made.status == 0 else { throw TestFault("no image: \(made)") }
    }
}

/// What stands for NVIDIA's software: a hook that dockerd runs when a container asks for GPUs, which puts an `nvidia-smi`
/// into it that lists just those; and the machine's own `nvidia-smi`.
package enum FakeGPUs {
    package static let all = (0..<4).map { "GPU-fef8089b-4820-abfc-e83e-94318197576\($0)" }

    /// Answers as `nvidia-smi` does, of `$ids`, from lines of the machine's in `$list`.
    private static let answers = #"""
        lines() { for id in $ids; do grep -F "$id" "$list" || :; done; }
        case "$*" in
            *compute-apps*) cat "$busy" ;;
            *query-gpu=name*)
                lines | while IFS=, read -r index uuid name memory rest; do echo "${name# },$memory"; done ;;
            *query-gpu=*) lines ;;
            *)
                number=0
                for id in $ids; do
                    echo "GPU $number: NVIDIA Fake (UUID: $id)"
                    number=$((number + 1))
                done ;;
        esac
        """#

    package static func install(in folder: ScratchFolder) throws {
        try folder.write("", to: "busy")
        try show(all, in: folder)
        try folder.write(answers, to: "answers")
        try folder.write(
            #"""
            #!/bin/sh
            bundle=$(cat | sed -n 's/.*"bundle":"\([^"]*\)".*/\1/p')
            root=$(grep -o '"root":{"path":"[^"]*"' "$bundle/config.json" | sed 's/.*"path":"//; s/"$//')
            ids=$(grep -o '"NVIDIA_VISIBLE_DEVICES=[^"]*"' "$bundle/config.json" | tail -n 1 | sed 's/.*=//; s/"$//')
            [ "$ids" != all ] || ids='ALL'
            [ ! -s FOLDER/wrong ] || ids=$(cat FOLDER/wrong)
            cat FOLDER/gpus > "$root/gpus.csv"
            cat FOLDER/busy > "$root/busy.csv"
            {
                printf '#!/bin/sh\nlist=/gpus.csv busy=/busy.csv\n'
                echo "ids='$(echo "$ids" | tr , ' ')'"
                cat FOLDER/answers
            } > "$root/usr/bin/nvidia-smi"
            chmod 0755 "$root/usr/bin/nvidia-smi"
            exit 0
            """#.replacing("FOLDER", with: folder.path).replacing("ALL", with: all.joined(separator: ",")),
            to: "hook/nvidia-container-runtime-hook")
        try folder.write(
            """
            #!/bin/sh
            ids='\(all.joined(separator: " "))' list=\(folder["gpus"]) busy=\(folder["busy"])
            \(answers)
            """, to: "nvidia-smi")
        try installCDI(in: folder)
        chmod(folder["hook/nvidia-container-runtime-hook"], 0o755)
        chmod(folder["nvidia-smi"], 0o755)
    }

    /// The same by CDI: devices by their UUIDs, and an `nvidia-smi` that lists those of its container.
    private static func installCDI(in folder: ScratchFolder) throws {
        func mount(_ host: String, at path: String) -> [String: Any] {
            ["hostPath": host, "containerPath": path, "options": ["ro", "bind"]]
        }
        func device(_ name: String, _ uuids: [String]) -> [String: Any] {
            let nodes = uuids.map { uuid -> [String: Any] in
                ["path": "/dev/\(uuid)", "hostPath": "/dev/null", "type": "c", "major": 1, "minor": 3]
            }
            let mounts = uuids.map { mount(folder["gpus"], at: "/run/gpus/" + $0) }
            return ["name": name, "containerEdits": ["deviceNodes": nodes, "mounts": mounts]]
        }
        let devices = all.map { device($0, [$0]) } + [device("all", all)]
        let common: [String: Any] = [
            "env": ["NVIDIA_VISIBLE_DEVICES=void"],
            "mounts": [
                mount(folder["inner-nvidia-smi"], at: "/usr/bin/nvidia-smi"),
                mount(folder["gpus"], at: "/run/gpus.csv"), mount(folder["busy"], at: "/run/busy.csv"),
            ],
        ]
        let spec: [String: Any] = [
            "cdiVersion": "0.5.0", "kind": "nvidia.com/gpu", "devices": devices, "containerEdits": common,
        ]
        // The engine reads it as YAML, which knows no escaped slash.
        let json = try JSONSerialization.data(withJSONObject: spec, options: .withoutEscapingSlashes)
        try folder.write(String(decoding: json, as: UTF8.self), to: "cdi/fake.json")
        try folder.write(
            "{\"features\":{\"cdi\":true},\"cdi-spec-dirs\":[\"\(folder["cdi"])\"]}", to: "daemon.json")
        try lie(nil, in: folder)
    }

    /// Containers see these GPUs from now on, whatever they were given; nil: what they were given.
    package static func lie(_ uuids: String?, in folder: ScratchFolder) throws {
        try folder.write(uuids ?? "", to: "wrong")
        let ids = uuids.map { "'\($0.replacing(",", with: " "))'" } ?? "$(cd /run/gpus && echo GPU-*)"
        try folder.write(
            """
            #!/bin/sh
            list=/run/gpus.csv busy=/run/busy.csv
            ids=\(ids)
            \(answers)
            """, to: "inner-nvidia-smi")
        chmod(folder["inner-nvidia-smi"], 0o755)
    }

    /// What the machine's `nvidia-smi` lists from now on.
    package static func show(
        _ uuids: [String], as model: String = "NVIDIA H100 80GB HBM3, 81559", in folder: ScratchFolder
    ) throws {
        let lines = uuids.enumerated().map { index, uuid in
            "\(index), \(uuid), \(model), 00000000:0\(index):00.0, 570.86.15, Disabled"
        }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "gpus")
    }
}

/// An authority, a server and a client of it, by the openssl program.
enum TestCertificates {
    static func make(in folder: ScratchFolder) throws {
        try folder.write(
            """
            set -eu
            mkdir -p "$1/tls"; cd "$1/tls"
            printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth\\n' > server.ext
            printf 'extendedKeyUsage=clientAuth\\n' > client.ext
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-ca -keyout ca.key -out ca.pem
            for name in server client; do
                openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout "$name.key" -out "$name.csr"
                openssl x509 -req -days 2 -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial \\
                    -extfile "$name.ext" -out "$name.pem"
            done
            """, to: "make-tls")
        let made = try Command.run("/bin/sh", [folder["make-tls"], folder.path])
        guard made.status == 0 else { throw TestFault("no certificates: \(made)") }
    }
}
