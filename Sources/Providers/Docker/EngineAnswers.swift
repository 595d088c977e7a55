/// What is read of the engine's answers: named fields only, each of which may be missing.

struct VersionAnswer: Decodable {
    let Version: String?
    let MinAPIVersion: String?
    let Os: String?
    let Arch: String?
}

struct InfoAnswer: Decodable {
    struct Device: Decodable {
        let Source: String?
        let ID: String?
    }
    struct Runtime: Decodable {}

    let NCPU: Int?
    let MemTotal: Int64?
    let CDISpecDirs: [String]?
    let DiscoveredDevices: [Device]?  // Since 1.50.
    let Runtimes: [String: Runtime]?
    let DefaultRuntime: String?
    let Driver: String?
    let LiveRestoreEnabled: Bool?

    /// Names of devices that containers can ask for by CDI; nil when the engine does not tell.
    var cdiDevices: Set<String>? {
        DiscoveredDevices.map { Set($0.filter { $0.Source == "cdi" }.compactMap(\.ID)) }
    }
}

struct ContainerSummary: Decodable {
    let Id: String
    let Names: [String]?
    let State: String?
    let Status: String?
    let Labels: [String: String]?
}

struct ContainerAnswer: Decodable {
    struct Status: Decodable {
        let Status: String?
        let ExitCode: Int?
        let Error: String?
        let OOMKilled: Bool?
    }
    struct Configuration: Decodable {
        let Labels: [String: String]?
        let Env: [String]?
        let Tty: Bool?
    }
    struct Host: Decodable {
        struct Request: Decodable { let DeviceIDs: [String]? }
        struct Node: Decodable {
            let PathOnHost: String?
            let PathInContainer: String?
        }
        let DeviceRequests: [Request]?
        let Devices: [Node]?
    }

    let Id: String
    let Name: String?
    let State: Status?
    let Config: Configuration?
    let HostConfig: Host?
}

struct ImageAnswer: Decodable {
    struct Configuration: Decodable { let Env: [String]? }
    let Id: String?
    let Architecture: String?
    let Config: Configuration?
}

struct CreatedAnswer: Decodable { let Id: String }

struct ExecState: Decodable {
    let Running: Bool?
    let ExitCode: Int?
}
