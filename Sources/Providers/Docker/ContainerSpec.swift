/// The body that makes a container: what the engine is asked for, and what a pod may never do.
struct ContainerSpec: Encodable {
    struct DeviceRequest: Encodable, Hashable {
        let Driver: String
        let DeviceIDs: [String]
        var Capabilities: [[String]]?
    }

    struct Binding: Encodable {
        let HostIp: String
        let HostPort: String
    }

    struct Limit: Encodable {
        let Name: String
        let Soft: Int
        let Hard: Int
    }

    struct LogSettings: Encodable {
        let type = "json-file"
        let Config = ["max-size": "10m", "max-file": "3"]

        enum CodingKeys: String, CodingKey {
            case type = "Type"
            case Config
        }
    }

    struct Restart: Encodable { let Name = "no" }

    struct Host: Encodable {
        var DeviceRequests: [DeviceRequest]?
        var PortBindings: [String: [Binding]]?
        var NanoCpus: Int64
        var Memory: Int64
        var MemorySwap: Int64  // With swap: the same, so there is none.
        var ShmSize: Int64
        var StorageOpt: [String: String]?
        var Ulimits: [Limit]
        var NetworkMode: String
        var PidMode: String?
        let PidsLimit = 4_096
        let CapDrop = ["ALL"]
        /// What sshd and the package managers of images need; AUDIT_WRITE for a login with a terminal.
        let CapAdd = [
            "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETGID", "SETUID", "SYS_CHROOT", "KILL",
            "AUDIT_WRITE", "NET_BIND_SERVICE",
        ]
        let SecurityOpt = ["no-new-privileges"]
        let Privileged = false
        let IpcMode = "private"
        let CgroupnsMode = "private"
        let RestartPolicy = Restart()
        let LogConfig = LogSettings()
    }

    struct Nothing: Encodable {}

    var Image: String
    var Env: [String]
    var Labels: [String: String]
    var Entrypoint: [String]
    var Cmd: [String]
    var ExposedPorts: [String: Nothing]?
    var Hostname: String
    var HostConfig: Host
    let User = "0"
    let WorkingDir = "/"
    let StopSignal = "SIGKILL"  // Else Podman 5 asks a forced removal's victim to end first, and waits.
}

extension ContainerSpec {
    /// - Parameters:
    ///   - memoryGB: shared memory is half of it, since the usual 64 MB stop every data loader.
    init(
        image: ImageName, environment: [String], labels: [String: String], command: [String], cpus: Int,
        memoryGB: Int, diskGB: Int?, network: String, podman: Bool
    ) {
        let memory = Int64(memoryGB) << 30
        Image = image.description
        Env = environment
        Labels = labels
        Entrypoint = [command[0]]
        Cmd = Array(command.dropFirst())
        Hostname = "pod"
        var limits = [Limit(Name: "nofile", Soft: 20_000, Hard: 20_000)]
        // Podman would ask for more than a virtual machine may give; for Docker it counts over all its containers.
        if podman { limits.append(Limit(Name: "nproc", Soft: 32_768, Hard: 32_768)) }
        HostConfig = Host(
            NanoCpus: Int64(cpus) * 1_000_000_000, Memory: memory, MemorySwap: memory, ShmSize: memory / 2,
            StorageOpt: diskGB.map { ["size": "\($0)G"] }, Ulimits: limits, NetworkMode: network)
    }
}
