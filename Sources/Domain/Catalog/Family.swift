/// One kind of GPU that renters choose by; its form factors (PCIe, SXM) differ in price, not in family.
package struct Family: Hashable, Sendable {
    package let id: String  // `h100-80gb`
    package let model: String  // The beginning of its listings' models: `H100`.
    package let name: String
    package let vramGB: Int  // Per GPU.

    package init(id: String, model: String, name: String, vramGB: Int) {
        self.id = id
        self.model = model
        self.name = name
        self.vramGB = vramGB
    }

    /// Always shown, in this order, also when nobody offers them.
    package static let fixed = [
        Family(id: "rtx-4090", model: "RTX_4090", name: "NVIDIA GeForce RTX 4090", vramGB: 24),
        Family(id: "rtx-5090", model: "RTX_5090", name: "NVIDIA GeForce RTX 5090", vramGB: 32),
        Family(id: "a100-80gb", model: "A100", name: "NVIDIA A100 80 GB", vramGB: 80),
        Family(id: "h100-80gb", model: "H100", name: "NVIDIA H100 80 GB", vramGB: 80),
        Family(id: "b200", model: "B200", name: "NVIDIA B200", vramGB: 180),
        Family(id: "b300", model: "B300", name: "NVIDIA B300", vramGB: 288),
    ]

    /// A family that only a provider knows, described by one of its listings.
    package init(seenIn listing: Listing) {
        let name = listing.model.split(separator: "_").joined(separator: " ")
        self.init(id: listing.family, model: listing.model, name: name, vramGB: listing.vramGB)
    }
}
