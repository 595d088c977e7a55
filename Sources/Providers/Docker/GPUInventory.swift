import Domain
import Foundation

/// What `nvidia-smi` said of one machine's GPUs.
struct GPUInventory: Hashable, Sendable {
    struct GPU: Hashable, Sendable {
        let index: Int?
        let uuid: String
        let name: String
        let memoryMiB: Int?
        let busID: String
        let driver: String
        let isPartitioned: Bool  // MIG: slices have UUIDs of their own, which are not sold.

        var seen: SeenGPU { SeenGPU(name: name, memory: memoryMiB ?? 0) }
    }

    let gpus: [GPU]
    let busy: [String: [String]]  // By UUID: the programs that use it, as `pid name`.

    var uuids: Set<String> { Set(gpus.map(\.uuid)) }

    static let fields = [
        "index", "uuid", "name", "memory.total", "pci.bus_id", "driver_version", "mig.mode.current",
    ]

    static let gpuQuery = ["--query-gpu=" + fields.joined(separator: ","), "--format=csv,noheader,nounits"]
    static let processQuery = [
        "--query-compute-apps=gpu_uuid,pid,process_name", "--format=csv,noheader,nounits",
    ]

    /// Reads the answers to both queries. Fields that a driver does not support read `[N/A]` and the like; a line that
    /// names no GPU is none, such as a warning.
    init(gpus text: String, processes: String) {
        gpus = Self.rows(text).compactMap { row in
            guard row.count == Self.fields.count, row[1].hasPrefix("GPU-") else { return nil }
            return GPU(
                index: Int(row[0]), uuid: row[1], name: row[2], memoryMiB: Int(row[3]), busID: row[4],
                driver: row[5], isPartitioned: row[6] == "Enabled")
        }
        busy = Self.rows(processes).reduce(into: [:]) { busy, row in
            guard row.count >= 2, row[0].hasPrefix("GPU-") else { return }
            let name = row.count > 2 ? row[2...].joined(separator: ", ") : "?"
            busy[row[0], default: []].append("\(row[1]) \(name)")
        }
    }

    private static func rows(_ text: String) -> [[String]] {
        text.split(whereSeparator: \.isNewline).map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map {
                String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
    }

    /// The UUIDs that `nvidia-smi -L` lists: `GPU 0: NVIDIA A10 (UUID: GPU-…)`.
    static func listed(_ text: String) -> Set<String> {
        Set(
            text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("GPU ") }.compactMap { line in
                guard let start = line.range(of: "(UUID: ")?.upperBound,
                    let end = line[start...].firstIndex(of: ")")
                else { return nil }
                return String(line[start..<end])
            })
    }
}
