import Domain
import Testing

@testable import Configuration

@Suite("Settings of docker machines") struct DockerSettingsTests {
    private func parse(_ entry: String) throws -> DockerProviderSettings {
        let yaml = "site: lab\npublicUrl: https://gpu.example.org\nproviders:\n" + entry
        let settings = try Settings.parse(yaml, path: "outlet.yaml", folder: "/srv/outlet")
        guard case .docker(let docker) = try #require(settings.providers.first) else {
            throw SettingsFault(path: "", problems: [.init(line: nil, key: "", rule: "not docker")])
        }
        return docker
    }

    private func machine(
        endpoint: String = "unix:///var/run/docker.sock", more: String = "",
        gpus: String =
            "[{uuid: GPU-1, family: h100-80gb}, {uuid: GPU-2, family: h100-80gb, cdi: \"nvidia.com/gpu=1\"}]",
        offer: String = "family: h100-80gb, gpuCount: 2, cpus: 16, memoryGb: 128"
    ) -> String {
        """
          - code: node1
            kind: docker
            endpoint: \(endpoint)
            host: gpu1.example.org
            gpus: \(gpus)
            offers: [{\(offer), region: EU-North, regionCode: SE, pricePerHourCents: 560}]
        \(more)
        """
    }

    @Test func `the shortest entry gets every default`() throws {
        let docker = try parse(machine())
        #expect(docker.endpoint == .unix(path: "/var/run/docker.sock"))
        #expect(docker.firstPort == 20_000 && docker.lastPort == 20_999 && docker.bindAddress == "0.0.0.0")
        #expect(docker.network == "outlet-pods" && docker.gpuRequest == .auto && docker.inventory == .host)
        #expect(docker.gpus.map(\.cdiName) == [nil, "nvidia.com/gpu=1"])
        let offer = try #require(docker.offers.first)
        #expect(offer.usesGPUs && offer.sold.gpuCount == 2 && offer.sold.model == "H100_SXM_80GB")
        #expect(offer.cpus == 16 && offer.memoryGB == 128 && offer.diskGB == nil)
    }

    @Test func `the sample is valid, and in a new file as a comment`() throws {
        let sample = Settings.dockerSample.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        #expect(try parse(sample).offers.first?.cpus == 16)
        #expect(Settings.defaultYAML(port: 8_080, site: "demo").contains("\n  # - code: node1"))
    }

    @Test func `an engine is reached by its socket, over ssh, or over TLS`() throws {
        let ssh = try parse(
            machine(
                endpoint: "ssh://outlet@node1:2222",
                more: "    identityFile: keys/node1\n    engineSocket: /run/podman/podman.sock"))
        #expect(
            ssh.endpoint
                == .ssh(
                    destination: "outlet@node1", port: 2_222, socket: "/run/podman/podman.sock",
                    identityFile: "/srv/outlet/keys/node1", knownHostsFile: nil))
        let tls = "    caFile: ca.pem\n    certificateFile: c.pem\n    keyFile: k.pem"
        let tcp = try parse(machine(endpoint: "tcp://[fd00::1]", more: tls))
        #expect(
            tcp.endpoint
                == .tcp(
                    host: "fd00::1", port: 2_376,
                    tls: .init(
                        caFile: "/srv/outlet/ca.pem", certificateFile: "/srv/outlet/c.pem",
                        keyFile: "/srv/outlet/k.pem")))
        #expect(tcp.inventory == .none && tcp.endpoint.text == "tcp://[fd00::1]:2376")
        #expect(
            try parse(machine(more: "    inventoryImage: cuda:12\n    inventory: engine")).inventory
                == .engine)
    }

    @Test func `without GPUs an offer has slots`() throws {
        let docker = try parse(
            machine(
                gpus: "[]",
                offer: "family: cpu, model: CPU, vramGb: 1, slots: 6, cpus: 2, memoryGb: 4, diskGb: 20"))
        let offer = try #require(docker.offers.first)
        #expect(!offer.usesGPUs && offer.sold.slots == 6 && offer.diskGB == 20)
    }

    @Test(arguments: [
        ("http://node1:2375", "providers[0].endpoint"), ("tcp://node1:2376", "providers[0].caFile"),
        ("unix://relative", "providers[0].endpoint"), ("ssh://-oProxyCommand=evil", "providers[0].endpoint"),
        ("ssh://a b", "providers[0].endpoint"), ("ssh://host/path", "providers[0].endpoint"),
        ("tcp://user@node1", "providers[0].endpoint"),
    ])
    func `an endpoint that is unsafe or none is refused`(endpoint: String, key: String) throws {
        let fault = #expect(throws: SettingsFault.self) { try parse(machine(endpoint: endpoint)) }
        #expect(fault?.problems.first?.key == key, "\(fault?.description ?? "")")
    }

    @Test(arguments: [
        ("[{uuid: \"0\", family: h100-80gb}]", "uuid"), ("[{uuid: GPU-1, family: b200}]", "family"),
        ("[{uuid: GPU-1, family: h100-80gb}, {uuid: GPU-1, family: h100-80gb}]", "uuid"),
        ("[{uuid: GPU-1, family: h100-80gb, index: 0}]", "index"),
        ("[{uuid: GPU-1, family: h100-80gb}]", "family"),
    ])
    func `GPUs are named by UUID, once, and must suffice for what is sold`(gpus: String, key: String) throws {
        let fault = #expect(throws: SettingsFault.self) { try parse(machine(gpus: gpus)) }
        #expect(fault?.problems.contains { $0.key.hasSuffix(key) } == true, "\(fault?.description ?? "")")
    }

    @Test func `limits of a pod are never left out`() throws {
        let fault = #expect(throws: SettingsFault.self) {
            try parse(machine(offer: "family: h100-80gb, gpuCount: 2"))
        }
        #expect(
            fault?.problems.map(\.key) == ["providers[0].offers[0].cpus", "providers[0].offers[0].memoryGb"])
    }
}
