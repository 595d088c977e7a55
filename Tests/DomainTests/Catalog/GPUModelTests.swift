import Domain
import Testing

@Suite struct `The name of a GPU` {
    struct Sample: Sendable, CustomStringConvertible {
        let name: String
        let memory: Int?
        let code: String
        let family: String
        var description: String { name }

        init(_ name: String, _ memory: Int?, _ code: String, _ family: String) {
            (self.name, self.memory, self.code, self.family) = (name, memory, code, family)
        }
    }

    @Test(arguments: [
        Sample("NVIDIA GeForce RTX 4090", 24 * 1_024, "RTX_4090", "rtx-4090"),
        Sample("RTX 4090", 24_564, "RTX_4090", "rtx-4090"),
        Sample("RTX4090_24GB", nil, "RTX_4090", "rtx-4090"),
        Sample("RTX 5090", 32_607, "RTX_5090", "rtx-5090"),
        Sample("RTX5090", nil, "RTX_5090", "rtx-5090"),
        Sample("A100 80GB PCIe", 80 * 1_024, "A100_PCIE_80GB", "a100-80gb"),
        Sample("A100-SXM4-80GB", 80 * 1_024, "A100_SXM_80GB", "a100-80gb"),
        Sample("A100 SXM4", 81_920, "A100_SXM_80GB", "a100-80gb"),
        Sample("A100 PCIE", 80_000, "A100_PCIE_80GB", "a100-80gb"),
        Sample("A100 (80 GB SXM4)", nil, "A100_SXM_80GB", "a100-80gb"),
        Sample("A100_80G", 80 * 1_024, "A100_80GB", "a100-80gb"),
        Sample("A100-80G-PCIe", nil, "A100_PCIE_80GB", "a100-80gb"),
        Sample("NVIDIA A100 80GB PCIe", 81_920, "A100_PCIE_80GB", "a100-80gb"),
        Sample("NVIDIA H100 80GB HBM3", 81_559, "H100_80GB", "h100-80gb"),
        Sample("NVIDIA H100 PCIe", 81_559, "H100_PCIE_80GB", "h100-80gb"),
        Sample("H100 SXM5 80GB", nil, "H100_SXM_80GB", "h100-80gb"),
        Sample("H100", nil, "H100_80GB", "h100-80gb"),
        Sample("NVIDIA B200", 183_359, "B200_180GB", "b200"),
        Sample("B200_192GB", nil, "B200_180GB", "b200"),
        Sample("B200 SXM6 180GB", nil, "B200_SXM_180GB", "b200"),
        Sample("NVIDIA B300 SXM6 AC", 275_040, "B300_SXM_288GB", "b300"),
        Sample("B300", 288 * 1_024, "B300_288GB", "b300"),
        Sample("A100-SXM4-40GB", 40_960, "A100_SXM_40GB", "a100-40gb"),
        Sample("NVIDIA H100 NVL", 95_830, "H100_NVL_94GB", "h100-nvl"),
        Sample("NVIDIA H200", 143_771, "H200_141GB", "h200"),
        Sample("NVIDIA L40S", 46_068, "L40S", "l40s"),
        Sample("NVIDIA A10", 23_028, "A10", "a10"),
    ])
    func `is understood from whoever writes it`(sample: Sample) throws {
        let gpu = try GPUModel.of(sample.name, memory: sample.memory)
        #expect(gpu.code == sample.code && gpu.family == sample.family)
    }

    @Test(
        arguments: [
            ("RTX 4090D", 24_564, .unknownName), ("RTX 4090 D", 24_564, .unknownName),
            ("NVIDIA GeForce RTX 4090 Laptop GPU", 16_376, .unknownName),
            ("RTX PRO 6000", 97_887, .unknownName), ("RTX 3090 Ti", 24_564, .unknownName),
            ("H100 MIG 1g.10gb", 10_240, .slice), ("GRID A100-10C", 10_240, .slice),
            ("H100-80G-PCIe-spot", 81_920, .spot),
            ("GH200 480GB", 97_871, .arm), ("GB200", 189_471, .arm), ("NVIDIA GB300", 288_000, .arm),
            ("A100", nil, .memoryUnknown),
            ("RTX 4090", 49_140, .otherMemory(megabytes: 49_140)),
            ("H100", 95_830, .otherMemory(megabytes: 95_830)),
            ("H100 80GB", 98_304, .otherMemory(megabytes: 98_304)),
            ("", 24_564, .unknownName), ("4090", 24_564, .unknownName),
        ] as [(String, Int?, GPUModel.Doubt)])
    func `that could be taken for another is not`(name: String, memory: Int?, doubt: GPUModel.Doubt) {
        #expect(throws: doubt) { try GPUModel.of(name, memory: memory) }
        #expect(!doubt.words.isEmpty)
    }

    @Test func `keeps the form factor that is told beside it`() throws {
        let told = try GPUModel.of("H100", memory: 81_920, formFactor: "sxm5")
        #expect(told.code == "H100_SXM_80GB" && told.formFactor == "SXM")
        #expect(try GPUModel.of("H100 PCIe", memory: nil, formFactor: "sxm").formFactor == "PCIe")
        #expect(try GPUModel.of("H100", memory: 96_256, formFactor: "nvl").family == "h100-nvl")
        #expect(try GPUModel.of("RTX 4090", memory: nil).formFactor == "PCIe")
    }

    @Test(arguments: Family.fixed) func `of each standing family is known`(family: Family) throws {
        #expect(try GPUModel.of(family.model, memory: family.vramGB * 1_024).family == family.id)
    }
}
