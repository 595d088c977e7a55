import Domain

/// A GPU as an offer names it.
struct CloudGPU {
    let family: String
    let model: String
    let vramGB: Int
    let formFactor: String?

    /// - Parameter memoryMB: of one GPU.
    init(name: String, memoryMB: Int, formFactor: String? = nil) {
        if let known = try? GPUModel.of(name, memory: memoryMB, formFactor: formFactor) {
            family = known.family
            model = known.code
            vramGB = known.vramGB
            self.formFactor = known.formFactor
        } else {
            let words = name.uppercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
            family = Offer.unmappedFamily
            model = words.isEmpty ? "UNNAMED" : words.joined(separator: "_")
            vramGB = (memoryMB + 512) / 1_024
            self.formFactor = nil
        }
    }

    var interconnect: String? {
        switch formFactor {
        case "SXM": "NVLink"
        case "PCIe": "PCIe"
        default: nil
        }
    }
}
