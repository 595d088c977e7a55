/// One GPU as its driver names it.
package struct SeenGPU: Hashable, Sendable {
    package let name: String
    package let memory: Int  // MiB; 0: the driver does not tell.

    package init(name: String, memory: Int) {
        self.name = name
        self.memory = memory
    }

    /// Reads `nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits`. Lines of anything else are left
    /// out: its exit status is wrong both ways, so what it prints is what counts.
    package static func all(in text: String) -> [SeenGPU] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
            guard parts.count == 2, !parts[0].isEmpty, let memory = Int(parts[1]), memory > 0 else {
                return nil
            }
            return SeenGPU(name: parts[0], memory: memory)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " || $0 == "\r" }.reversed().drop { $0 == " " || $0 == "\r" }.reversed())
    }
}

/// What a renter was promised.
package struct PromisedGPUs: Hashable, Sendable {
    package let family: String
    package let vramGB: Int  // Of each.
    package let count: Int

    package init(family: String, vramGB: Int, count: Int) {
        self.family = family
        self.vramGB = vramGB
        self.count = count
    }

    /// What is wrong with what was found, for people; nil when the promise is kept.
    package func complaint(about seen: [SeenGPU]) -> String? {
        guard seen.count == count else { return "\(count) GPUs were promised, \(seen.count) are there" }
        for gpu in seen {
            switch Result(catching: { () throws(GPUModel.Doubt) in
                try GPUModel.of(gpu.name, memory: gpu.memory > 0 ? gpu.memory : nil)
            }) {
            case .success(let model) where model.family == family: continue
            // A family of the operator's own, which no table knows: the memory has to do.
            case .failure(.unknownName) where !GPUModel.isStanding(family) && has(gpu.memory): continue
            case .success, .failure:
                return "\(family) was promised, \(gpu.name) with \(gpu.memory) MiB is there"
            }
        }
        return nil
    }

    private func has(_ memory: Int) -> Bool {
        memory == 0 || abs(memory - vramGB * 1_024) * 100 <= 7 * vramGB * 1_024
    }
}
