import ArgumentParser
import Configuration
import Domain
import Foundation
import Operations
import Providers

extension HostCommand {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Looks at a machine, and prints or writes the lines that sell it.",
            discussion: """
                Finds GPUs with nvidia-smi beside the engine: on this machine, or over ssh. What it cannot name is
                printed and left out. Prices are yours: --price is of one GPU (or, without GPUs, of one pod) an hour.

                Examples:
                  outletctl host add unix:///var/run/docker.sock --code node1 --host gpu1.example.org --price 280
                  outletctl host add ssh://outlet@node2 --code node2 --host node2.example.org --price 280 --write
                """)
        @OptionGroup var options: Options
        @Argument(help: "unix:///PATH or ssh://USER@HOST") var endpoint: String
        @Option(help: "The provider's code.") var code: String
        @Option(help: "What renters connect to.") var host: String
        @Option(help: "Cents an hour of one GPU.") var price: Int
        @Option(help: "Ports for pods, which your firewall opens.") var ports = "20000-20999"
        @Option(help: "Region of the catalog.") var region = "On-Site"
        @Option(help: "Its country, ISO 3166.") var regionCode = "US"
        @Option(help: "The key for ssh.") var identityFile: String?
        @Option(help: "The known hosts for ssh.") var knownHostsFile: String?
        @Option(help: "Pods at once where there is no GPU.") var slots = 4
        @Flag(help: "Appends it to the configuration, if that is valid then.") var write = false

        func run() async throws {
            let settings = try Settings.load(path: options.path)
            let probe = try parsed(head + "    offers: []\n", beside: settings)
            let report = await DockerHostReport.of(probe, in: settings, images: [])
            for line in report.lines { print("  # \(line)") }  // Comments where it is pasted.
            guard report.isUsable else { throw ExitCode.failure }
            let entry = head + report.sale(self)
            _ = try parsed(entry, beside: settings)
            print(entry, terminator: "")
            if write { try append(entry) }
        }

        /// All but what is sold.
        private var head: String {
            var lines = [
                "  - code: \(code)", "    kind: docker", "    endpoint: \(endpoint)", "    host: \(host)",
                "    ports: \(ports)",
            ]
            if let identityFile { lines.append("    identityFile: \(identityFile)") }
            if let knownHostsFile { lines.append("    knownHostsFile: \(knownHostsFile)") }
            return lines.joined(separator: "\n") + "\n"
        }

        /// As the configuration would read it: what is wrong with the options is said as of the file.
        private func parsed(_ entry: String, beside settings: Settings) throws -> DockerProviderSettings {
            let text = "site: \(settings.site)\npublicUrl: \(settings.publicURL)\nproviders:\n" + entry
            let folder = URL(fileURLWithPath: options.path).deletingLastPathComponent().path
            let read = try Settings.parse(text, path: "(these options)", folder: folder)
            guard let host = read.dockerHosts.first else { throw Complaint("nothing to add") }
            return host
        }

        private func append(_ entry: String) throws {
            let url = URL(fileURLWithPath: options.path)
            let text = try String(contentsOf: url, encoding: .utf8)
            let longer = (text.hasSuffix("\n") ? text : text + "\n") + entry
            let folder = url.deletingLastPathComponent().path
            guard let read = try? Settings.parse(longer, path: options.path, folder: folder),
                read.dockerHosts.contains(where: { $0.code == code })
            else {
                throw Complaint(
                    "not written: providers: is not the last list of \(options.path), or \(code) is in it; "
                        + "paste the lines where they belong")
            }
            let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
            let handle = try FileHandle(forWritingTo: url)
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(longer.dropFirst(text.count).utf8))
            try handle.synchronize()
            try handle.close()
            if let mode {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
            }
            print("  # written to \(options.path); restart outlet-api and outlet-meter")
        }
    }
}

extension DockerHostReport {
    fileprivate var lines: [String] {
        remarks.map { "\($0.grade.rawValue): \($0.check): \(printable($0.text))" }
            + gpus.map { gpu in
                let memory = gpu.memoryMiB.map { "\($0) MiB" } ?? "memory unknown"
                let sold = gpu.family ?? "left out: \(gpu.doubt ?? "unknown")"
                let index = gpu.index.map(String.init) ?? "?"
                return "GPU \(index): \(gpu.uuid), \(printable(gpu.name)), \(memory): \(sold)"
            }
    }

    /// `gpus:` and `offers:` of what was found: each family in ones, twos, fours and eights, with its share of the machine.
    fileprivate func sale(_ options: HostCommand.Add) -> String {
        let known = gpus.filter { $0.family != nil }
        let place = "region: \(options.region), regionCode: \(options.regionCode)"
        func size(_ part: Int, of whole: Int) -> String {
            "cpus: \(max(1, cpus * part / whole)), memoryGb: \(max(1, memoryGB * 9 / 10 * part / whole))"
        }
        guard !known.isEmpty else {
            return """
                    offers:
                      - {family: cpu, model: CPU, vramGb: 1, \(place), pricePerHourCents: \(options.price), \
                slots: \(options.slots), \(size(1, of: options.slots))}

                """
        }
        var lines = ["    gpus:"]
        for gpu in known {
            let cdi = gpu.cdiName.map { ", cdi: \"\($0)\"" } ?? ""
            lines.append("      - {uuid: \(gpu.uuid), family: \(gpu.family!)\(cdi)}")
        }
        lines.append("    offers:")
        for (family, members) in Dictionary(grouping: known, by: { $0.family! }).sorted(by: {
            $0.key < $1.key
        }) {
            for count in [1, 2, 4, 8] where count <= members.count {
                lines.append(
                    "      - {family: \(family), gpuCount: \(count), \(place), "
                        + "pricePerHourCents: \(options.price * count), \(size(count, of: known.count))}")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
