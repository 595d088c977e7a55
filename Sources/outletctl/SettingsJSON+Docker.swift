import Configuration

extension SettingsJSON {
    /// One of the operator's own machines; its certificates and keys are named, never shown.
    struct Docker: Encodable {
        let code, kind, endpoint: String
        let engineSocket, identityFile, knownHostsFile, caFile, certificateFile, keyFile: String?
        let host, bindAddress, ports, network, gpuRequest, inventory: String
        let inventoryImage: String?
        let gpus: [GPU]
        let offers: [DockerOffer]
    }

    struct GPU: Encodable {
        let uuid, family: String
        let cdi: String?
    }

    struct DockerOffer: Encodable {
        let family, model: String
        let vramGb, gpuCount: Int
        let region, regionCode: String
        let pricePerHourCents: Int64
        let interconnect: String?
        let slots, diskGb: Int?
        let cpus, memoryGb: Int
    }
}

extension SettingsJSON.Docker {
    init(_ docker: DockerProviderSettings) {
        var ssh: (socket: String, identity: String?, known: String?)?
        var tls: DockerProviderSettings.Endpoint.TLS?
        switch docker.endpoint {
        case .unix: break
        case .ssh(_, _, let socket, let identity, let known): ssh = (socket, identity, known)
        case .tcp(_, _, let files): tls = files
        }
        self.init(
            code: docker.code, kind: "docker", endpoint: docker.endpoint.text, engineSocket: ssh?.socket,
            identityFile: ssh?.identity, knownHostsFile: ssh?.known, caFile: tls?.caFile,
            certificateFile: tls?.certificateFile, keyFile: tls?.keyFile, host: docker.host,
            bindAddress: docker.bindAddress, ports: "\(docker.firstPort)-\(docker.lastPort)",
            network: docker.network, gpuRequest: docker.gpuRequest.rawValue,
            inventory: docker.inventory.rawValue, inventoryImage: docker.inventoryImage,
            gpus: docker.gpus.map { SettingsJSON.GPU(uuid: $0.uuid, family: $0.family, cdi: $0.cdiName) },
            offers: docker.offers.map(SettingsJSON.DockerOffer.init))
    }
}

extension SettingsJSON.DockerOffer {
    init(_ offer: DockerProviderSettings.Offer) {
        let sold = offer.sold
        self.init(
            family: sold.family, model: sold.model, vramGb: sold.vramGB, gpuCount: sold.gpuCount,
            region: sold.region, regionCode: sold.regionCode, pricePerHourCents: sold.price.centsPerHour,
            interconnect: sold.interconnect, slots: offer.usesGPUs ? nil : sold.slots, diskGb: offer.diskGB,
            cpus: offer.cpus, memoryGb: offer.memoryGB)
    }
}
