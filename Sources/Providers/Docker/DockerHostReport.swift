import Configuration
import Domain
import Foundation
import Logging

/// What an operator wants to know of one of their machines: what is there, and what is wrong with it.
package struct DockerHostReport: Sendable {
    package struct GPU: Sendable {
        package let index: Int?
        package let uuid: String
        package let name: String  // As the driver has it.
        package let memoryMiB: Int?
        package let family: String?  // Nil: in none of the catalog's; `doubt` says why.
        package let doubt: String?
        package let cdiName: String?  // To be written into the configuration; nil: its UUID will do.
        package let programs: [String]  // That use it now.
        package let isLeased: Bool
    }

    package struct Remark: Sendable {
        package enum Grade: String, Sendable { case ok, warn, fail }
        package let grade: Grade
        package let check: String
        package let text: String
    }

    package internal(set) var engine = "none"
    package internal(set) var cpus = 0
    package internal(set) var memoryGB = 0
    package internal(set) var gpus: [GPU] = []
    package internal(set) var remarks: [Remark] = []

    package var isUsable: Bool { !remarks.contains { $0.grade == .fail } }

    mutating func remark(_ grade: Remark.Grade, _ check: String, _ text: String) {
        remarks.append(Remark(grade: grade, check: check, text: text))
    }

    /// Looks at a machine; changes nothing on it but, with `inventory: engine`, a container for a moment.
    /// - Parameter images: what templates name; those that are missing would be pulled at a launch.
    package static func of(
        _ settings: DockerProviderSettings, runDirectory: String, labelPrefix: String, images: [String],
        leases: any UnitLeases, logger: Logger
    ) async -> DockerHostReport {
        let machine = DockerMachine(
            settings: settings, client: EngineClient(settings, runDirectory: runDirectory),
            hostKeys: HostKeys(secretKeyPath: ""), leases: leases, ownPrefix: labelPrefix, logger: logger)
        return await of(machine, images: images)
    }

    static func of(_ machine: DockerMachine, images: [String]) async -> DockerHostReport {
        var report = DockerHostReport()
        do {
            let hello = try await machine.client.greet()
            report.engine = hello.name
            report.remark(.ok, "engine", "\(hello.name) at \(machine.client.place), API \(hello.version)")
            if hello.serverOS != "linux" { report.remark(.fail, "engine", "it runs \(hello.serverOS)") }
            let info = try await machine.client.info()
            report.look(at: info, hello)
            try await report.lookAtGPUs(machine, info, hello)
            try await report.lookAtNetwork(machine, hello)
            try await report.lookAtImages(machine, images)
        } catch { report.remark(.fail, "engine", "\(error)") }
        return report
    }

    private mutating func look(at info: InfoAnswer, _ hello: EngineHello) {
        cpus = info.NCPU ?? 0
        memoryGB = Int((info.MemTotal ?? 0) >> 30)
        remark(.ok, "size", "\(cpus) CPUs, \(memoryGB) GB memory, storage driver \(info.Driver ?? "?")")
        guard !hello.isPodman else { return }
        if info.LiveRestoreEnabled != true {
            remark(
                .warn, "live-restore",
                "off: a restart of dockerd ends all pods; put \"live-restore\": true into daemon.json")
        }
        if info.DefaultRuntime == "nvidia" {
            remark(
                .warn, "runtime",
                "nvidia is the default: images that set NVIDIA_VISIBLE_DEVICES=all get every GPU; make it runc"
            )
        }
    }

    private mutating func lookAtNetwork(_ machine: DockerMachine, _ hello: EngineHello) async throws {
        let name = machine.settings.network
        struct Network: Decodable { let Options: [String: String]? }
        let answer = try await machine.client.call(.get, "/networks/\(name)")
        if hello.isPodman {
            return remark(.ok, "network", "each pod has its own, which reaches no other")
        }
        guard answer.status == 200 else {
            return remark(.ok, "network", "\(name) is made with the first pod")
        }
        let options = try machine.client.decode(Network.self, answer).Options ?? [:]
        options["com.docker.network.bridge.enable_icc"] == "false"
            ? remark(.ok, "network", "\(name): pods do not reach each other")
            : remark(.warn, "network", "\(name) lets pods reach each other; name another one by network:")
    }

    private mutating func lookAtImages(_ machine: DockerMachine, _ images: [String]) async throws {
        for image in Set(images).sorted() where !image.isEmpty {
            guard let name = ImageName(image) else {
                remark(.warn, "image", "not the name of an image: \(image)")
                continue
            }
            if try await machine.client.image(name) == nil {
                remark(.warn, "image", "\(name) is not there yet: its first launch waits for the pull")
            }
        }
    }
}
