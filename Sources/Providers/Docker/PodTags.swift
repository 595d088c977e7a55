/// What a pod's container says of itself by its labels: all that is needed to know it again after a restart.
struct PodTags: Hashable, Sendable {
    static let labelKey = "outlet.label"

    let label: String
    let offerKey: String
    let units: [String]
    let port: Int
    let hostKeyFingerprint: String
    let devices: [String]  // As they were asked for; empty without GPUs.
    let variables: [String]  // Names of the renter's, whose values are kept out of logs.

    init(
        label: String, offerKey: String, units: [String], port: Int, hostKeyFingerprint: String,
        devices: [String], variables: [String]
    ) {
        self.label = label
        self.offerKey = offerKey
        self.units = units
        self.port = port
        self.hostKeyFingerprint = hostKeyFingerprint
        self.devices = devices
        self.variables = variables
    }

    /// Nil for a container that is not a pod's.
    init?(_ labels: [String: String]?) {
        guard let labels, let label = labels[Self.labelKey], let offer = labels["outlet.offer"],
            let port = labels["outlet.port"].flatMap({ Int($0) }), let units = labels["outlet.units"]
        else { return nil }
        func words(_ key: String) -> [String] { (labels[key] ?? "").split(separator: ",").map(String.init) }
        self.init(
            label: label, offerKey: offer, units: units.split(separator: ",").map(String.init), port: port,
            hostKeyFingerprint: labels["outlet.host-key"] ?? "", devices: words("outlet.devices"),
            variables: words("outlet.variables"))
    }

    var labels: [String: String] {
        [
            Self.labelKey: label, "outlet.offer": offerKey, "outlet.port": "\(port)",
            "outlet.units": units.joined(separator: ","), "outlet.host-key": hostKeyFingerprint,
            "outlet.devices": devices.joined(separator: ","),
            "outlet.variables": variables.joined(separator: ","),
        ]
    }

    var gpus: Set<String> { Set(units.filter { $0.hasPrefix("GPU-") }) }
}
