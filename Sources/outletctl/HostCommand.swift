import ArgumentParser
import Configuration
import Domain
import Foundation
import Operations
import Providers

struct HostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "Your own machines: finds their GPUs, checks them, adds them.",
        subcommands: [List.self, Check.self, Add.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the machines of the configuration with their GPUs.",
            discussion: "Example:\n  outletctl host list")
        @OptionGroup var options: Options

        func run() async throws {
            let settings = try Settings.load(path: options.path)
            try becomeOwner(of: settings.dataDirectory)
            var table = Table(
                ("code", .left), ("endpoint", .left), ("engine", .left), ("gpu", .left), ("family", .left),
                ("state", .left))
            for host in settings.dockerHosts {
                let report = await DockerHostReport.of(host, in: settings, images: [])
                let problem = report.remarks.first { $0.grade == .fail }?.text
                if host.gpus.isEmpty || problem != nil {
                    table.add(host.code, host.endpoint.text, report.engine, "–", "–", problem ?? "ok")
                    continue
                }
                for gpu in host.gpus {
                    let seen = report.gpus.first { $0.uuid == gpu.uuid }
                    table.add(
                        host.code, host.endpoint.text, report.engine, gpu.uuid, gpu.family,
                        seen.map { $0.isLeased ? "rented" : $0.programs.isEmpty ? "free" : "busy outside" }
                            ?? "not asked")
                }
            }
            print(table.text(nothing: "no machines are configured; see outletctl host add"))
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Checks one machine, or all, and says what to do.",
            discussion: "Example:\n  outletctl host check node1")
        @OptionGroup var options: Options
        @Argument(help: "Only this one.") var code: String?

        func run() async throws {
            let settings = try Settings.load(path: options.path)
            try becomeOwner(of: settings.dataDirectory)
            let hosts = settings.dockerHosts.filter { code == nil || $0.code == code }
            guard !hosts.isEmpty else {
                throw Complaint(
                    "the configuration has no provider of kind docker" + (code.map { " named \($0)" } ?? ""))
            }
            var isUsable = true
            for host in hosts {
                let images = settings.templates.map(\.image)
                let report = await DockerHostReport.of(host, in: settings, images: images)
                print(host.code)
                report.show()
                isUsable = isUsable && report.isUsable
            }
            if !isUsable { throw ExitCode.failure }
        }
    }
}

extension Settings {
    var dockerHosts: [DockerProviderSettings] {
        providers.compactMap { if case .docker(let docker) = $0 { docker } else { nil } }
    }
}

extension DockerHostReport {
    /// Of a machine as this outlet sees it; its books say what is rented.
    static func of(_ host: DockerProviderSettings, in settings: Settings, images: [String]) async -> Self {
        await of(
            host, runDirectory: settings.runDirectory,
            labelPrefix: PodLabel.prefix(site: settings.site), images: images,
            leases: readLeases(settings), logger: quietLogger())
    }

    func show() {
        let width = remarks.map(\.check.count).max() ?? 0
        for remark in remarks {
            let grade = remark.grade.rawValue.padding(toLength: 4, withPad: " ", startingAt: 0)
            let check = remark.check.padding(toLength: width, withPad: " ", startingAt: 0)
            print("  \(grade)  \(check)  \(printable(remark.text))")
        }
    }
}
