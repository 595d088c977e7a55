/// What a GPU is, once the name that somebody gives it has been understood.
package struct GPUModel: Hashable, Sendable {
    package let family: String  // `h100-80gb`
    package let code: String  // `H100_SXM_80GB`
    package let vramGB: Int  // As the catalog states it, whatever a provider rounds it to.
    package let formFactor: String?  // `SXM`, `PCIe` or `NVL`, where the name tells it.

    /// Why a name is not one of the catalog's. A person decides then: nothing is guessed.
    package enum Doubt: Error, Hashable, Sendable {
        case unknownName
        case slice  // A part of a GPU (MIG, vGPU).
        case spot  // May be taken away at any time.
        case arm  // Its processor runs no image of x86.
        case memoryUnknown  // The name comes with several sizes, and none is told.
        case otherMemory(megabytes: Int)
    }

    /// Understands what providers, drivers and people call a GPU: `NVIDIA GeForce RTX 4090`, `A100-SXM4-80GB`, `H100_80G`.
    /// The name decides, and the memory must be within 7 % of a size that goes with it: B200s say 180 or 192 GB, and
    /// a card of 24 GB has 23,028 to 24,576 MiB.
    /// - Parameters:
    ///   - memory: of one GPU, in MiB; a provider's "MB" will do.
    ///   - formFactor: where it is told beside the name, such as `sxm5` or `pcie`.
    package static func of(
        _ name: String, memory: Int?, formFactor: String? = nil
    ) throws(Doubt) -> GPUModel {
        let words = GPUWords(name, and: formFactor)
        if words.isSlice { throw .slice }
        if words.isSpot { throw .spot }
        if GPUName.onARM.contains(words.name) { throw .arm }
        let known = GPUName.all.filter { $0.name == words.name && $0.variant == words.variant }
        guard !known.isEmpty else { throw .unknownName }
        let told = [words.gigabytes.map { $0 * 1_024 }, memory].compactMap(\.self)
        guard let last = told.last else {
            guard known.count == 1 else { throw .memoryUnknown }
            return known[0].model(formFactor: words.formFactor)
        }
        guard let name = known.first(where: { told.allSatisfy($0.has) }) else {
            throw .otherMemory(megabytes: last)
        }
        return name.model(formFactor: words.formFactor)
    }
}

extension GPUModel {
    /// Whether names lead to this family: then a GPU whose name does not is another.
    package static func isStanding(_ family: String) -> Bool { GPUName.all.contains { $0.family == family } }
}

extension GPUModel.Doubt {
    /// For people.
    package var words: String {
        switch self {
        case .unknownName: "no family has this name"
        case .slice: "a part of a GPU"
        case .spot: "may be taken away at any time"
        case .arm: "its processor is an ARM: images for x86 do not run"
        case .memoryUnknown: "comes with several sizes of memory, and the provider tells none"
        case .otherMemory(let megabytes): "has other memory than its family (\(megabytes) MiB)"
        }
    }
}

/// One name that is exactly one kind of GPU.
struct GPUName {
    let family: String
    let name: String  // Without maker, form factor and memory: `RTX4090`.
    let code: String  // What model codes begin with: `RTX_4090`.
    let vramGB: Int
    let variant: String?  // A form factor that makes another product of it: `NVL`.
    let hasFormFactor: Bool  // Then the code names it, and the memory.

    /// Whether this memory is its own, within the seven per cent by which providers differ.
    func has(_ megabytes: Int) -> Bool { abs(megabytes - vramGB * 1_024) * 100 <= 7 * vramGB * 1_024 }

    func model(formFactor: String?) -> GPUModel {
        let parts = [code, formFactor?.uppercased(), "\(vramGB)GB"].compactMap(\.self)
        return GPUModel(
            family: family, code: hasFormFactor ? parts.joined(separator: "_") : code, vramGB: vramGB,
            formFactor: formFactor ?? (hasFormFactor ? nil : "PCIe"))
    }

    private static func card(_ family: String, _ code: String, _ vramGB: Int) -> GPUName {
        GPUName(
            family: family, name: code.filter { $0 != "_" }, code: code, vramGB: vramGB, variant: nil,
            hasFormFactor: false)
    }

    private static func module(
        _ family: String, _ code: String, _ vramGB: Int, variant: String? = nil
    ) -> GPUName {
        GPUName(
            family: family, name: code, code: code, vramGB: vramGB, variant: variant, hasFormFactor: true)
    }

    /// The six standing families, then others that are told apart for certain. What is not here stays unmapped.
    static let all = [
        card("rtx-4090", "RTX_4090", 24),
        card("rtx-5090", "RTX_5090", 32),
        module("a100-80gb", "A100", 80),
        module("h100-80gb", "H100", 80),
        module("b200", "B200", 180),
        module("b300", "B300", 288),
        module("a100-40gb", "A100", 40),
        module("h100-nvl", "H100", 94, variant: "NVL"),
        module("h200", "H200", 141),
        module("h200-nvl", "H200", 141, variant: "NVL"),
        card("rtx-3090", "RTX_3090", 24),
        card("rtx-a5000", "RTX_A5000", 24),
        card("rtx-a6000", "RTX_A6000", 48),
        card("l4", "L4", 24),
        card("l40", "L40", 48),
        card("l40s", "L40S", 48),
        card("a10", "A10", 24),
        card("a40", "A40", 48),
    ]

    /// Modules whose processor is part of them.
    static let onARM: Set = ["GH200", "GB200", "GB300"]
}

/// A name of a GPU, taken to pieces.
private struct GPUWords {
    private(set) var name = ""
    private(set) var formFactor: String?
    private(set) var variant: String?
    private(set) var gigabytes: Int?
    private(set) var isSlice = false
    private(set) var isSpot = false

    private static let idle: Set = ["NVIDIA", "GEFORCE", "TESLA", "GPU", "TENSOR", "CORE", "AC"]

    init(_ text: String, and formFactor: String?) {
        let words = text.uppercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        isSlice = words.contains { $0 == "MIG" || $0 == "VGPU" || $0 == "GRID" }
        isSpot = words.contains("SPOT")
        for (word, next) in zip(words, words.dropFirst() + [""]) where !Self.idle.contains(String(word)) {
            take(String(word), before: String(next))
        }
        if let formFactor, self.formFactor == nil, variant == nil {
            takeFormFactor(formFactor.uppercased().filter { $0.isLetter || $0.isNumber })
        }
    }

    private mutating func take(_ word: String, before next: String) {
        if takeFormFactor(word) || takeMemory(word, before: next) || word.hasPrefix("HBM") { return }
        name += word
    }

    /// `SXM`, `SXM4`, `SXM5GDR`; `PCIE`; `NVL`.
    @discardableResult private mutating func takeFormFactor(_ word: String) -> Bool {
        if word.hasPrefix("SXM") {
            formFactor = "SXM"
        } else if word == "PCIE" {
            formFactor = "PCIe"
        } else {
            guard word == "NVL" else { return false }
            (variant, formFactor) = ("NVL", "NVL")
        }
        return true
    }

    /// `80GB`, `80G`, `80 GB`.
    private mutating func takeMemory(_ word: String, before next: String) -> Bool {
        if Self.gigabytes.contains(word) { return gigabytes != nil }  // Behind its number.
        let digits = word.prefix { $0.isNumber }
        let unit = String(word.dropFirst(digits.count))
        guard let number = Int(digits), Self.gigabytes.contains(unit.isEmpty ? next : unit) else {
            return false
        }
        gigabytes = number
        return true
    }

    private static let gigabytes: Set = ["GB", "G", "GIB"]
}
