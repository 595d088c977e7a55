import Domain
import Testing

@Suite struct `What a driver shows` {
    @Test func `is read line by line, and what is no GPU is left out`() {
        let text = """
            outlet: signed in
            Welcome, to the machine
            NVIDIA H100 80GB HBM3, 81559
            NVIDIA H100 80GB HBM3, 81559\r
            NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.
            , 5
            NVIDIA L4, [N/A]
            """
        #expect(SeenGPU.all(in: text) == [SeenGPU(name: "NVIDIA H100 80GB HBM3", memory: 81_559)].twice)
        #expect(SeenGPU.all(in: "sh: nvidia-smi: not found").isEmpty)
    }

    private func complaint(
        _ seen: [(String, Int)], family: String = "h100-80gb", vram: Int = 80, count: Int = 1
    )
        -> String?
    {
        PromisedGPUs(family: family, vramGB: vram, count: count)
            .complaint(about: seen.map { SeenGPU(name: $0.0, memory: $0.1) })
    }

    @Test func `keeps the promise when number, model and memory are those of the family`() {
        #expect(complaint([("NVIDIA H100 80GB HBM3", 81_559)]) == nil)
        #expect(complaint([("NVIDIA H100 PCIe", 81_559), ("NVIDIA H100 PCIe", 81_559)], count: 2) == nil)
        #expect(complaint([("NVIDIA GeForce RTX 4090", 24_564)], family: "rtx-4090", vram: 24) == nil)
        #expect(complaint([("NVIDIA B200", 183_359)], family: "b200", vram: 180) == nil)
    }

    @Test(
        arguments: [
            [], [("NVIDIA H100 80GB HBM3", 81_559), ("NVIDIA H100 80GB HBM3", 81_559)],
            [("NVIDIA A100-SXM4-80GB", 81_920)], [("NVIDIA H100 NVL", 95_830)],
            [("NVIDIA H100 80GB HBM3", 40_000)], [("NVIDIA H100 80GB HBM3 MIG 1g.10gb", 9_856)],
            [("Radeon", 81_559)],
        ] as [[(String, Int)]])
    func `breaks it otherwise`(seen: [(String, Int)]) { #expect(complaint(seen) != nil) }

    @Test func `of a family of the operator's own has to have its memory`() {
        #expect(complaint([("Tesla P40", 24_576)], family: "tesla-p40", vram: 24) == nil)
        #expect(complaint([("Tesla P40", 12_288)], family: "tesla-p40", vram: 24) != nil)
        #expect(complaint([("NVIDIA GB10", 0)], family: "gb10", vram: 128) == nil, "its driver tells none")
        #expect(complaint([("NVIDIA GeForce RTX 4090", 0)], family: "rtx-4090", vram: 24) == nil)
        #expect(
            complaint([("NVIDIA A100-SXM4", 0)], family: "a100-80gb", vram: 80) != nil, "it may be another")
        // A name that leads to a family is that family, whatever the operator calls it.
        #expect(complaint([("NVIDIA L4", 23_034)], family: "tesla-p40", vram: 24) != nil)
        // Nor is an unknown name any of the known families.
        #expect(complaint([("NVIDIA GeForce RTX 4090 D", 24_564)], family: "rtx-4090", vram: 24) != nil)
    }
}

extension [SeenGPU] {
    fileprivate var twice: [SeenGPU] { self + self }
}
