import Domain
import Foundation
import JSON

/// What Vast calls an ask: one way to rent some GPUs of one machine, until somebody does.
struct VastAsk: Sendable {
    let id: String
    var offer: Offer

    /// Nil for what cannot be read, and for what is no offer to us.
    init?(_ value: JSON) {
        guard let id = value["id"]?.name, let machine = value["machine_id"]?.name,
            let name = value["gpu_name"]?.text,
            let memory = value["gpu_ram"]?.decimal?.scaled(by: 0, .nearest),
            let count = value["num_gpus"]?.integer, [1, 2, 4, 8].contains(count),
            let cost = value["dph_total"]?.cost(), cost.microDollarsPerHour > 0,
            (value["cpu_arch"]?.text ?? "amd64") == "amd64", (value["gpu_arch"]?.text ?? "nvidia") == "nvidia"
        else { return nil }
        let model = CloudGPU(name: name, memoryMB: Int(memory))
        let place = value["geolocation"]?.text ?? ""
        self.id = id
        offer = Offer(
            key: "\(machine)/\(name)/\(count)", family: model.family, model: model.model,
            vramGB: model.vramGB, gpuCount: count, cost: cost, region: place.isEmpty ? "any" : place,
            regionCode: Country.code(of: place) ?? "", interconnect: model.interconnect, free: 1,
            note: Self.note(until: value["end_date"]?.instant),
            formFactor: model.formFactor, source: "machine \(machine)")
    }

    /// A host ends every pod when its promise does, paid or not.
    private static func note(until end: Instant?) -> String {
        var promise = ""
        if let end, (Instant(0)..<Instant(4_102_444_800)).contains(end) {
            promise = ", who has it there until \(end.iso8601.prefix(10))"
        }
        return "On the machine of a host at Vast.ai\(promise). Traffic is charged to the outlet by the byte."
    }

    static func machine(of key: String) -> Int? {
        key.split(separator: "/", omittingEmptySubsequences: false).first.flatMap { Int($0) }
    }
}

extension VastProvider {
    /// The cheapest asks that fit, by the key of the offer that each is. Vast ignores filters that it does not know,
    /// so what matters is looked at again here.
    func search(machine: Int? = nil) async throws -> [String: VastAsk] {
        let call = CloudCall(
            .post, "/api/v0/bundles/", body: query(machine: machine), buckets: ["search"],
            patience: .seconds(14), within: .seconds(18))
        let value = try await account.repeatable(call).value(words: Self.words)
        guard let items = value["offers"]?.items else { throw ProviderFault.malformed("offers") }
        let asks = items.filter(fits).compactMap(VastAsk.init)
            .filter { machine == nil || VastAsk.machine(of: $0.offer.key) == machine }
        return Dictionary(asks.map { ($0.offer.key, $0) }) { one, other in
            var cheaper = one.offer.cost <= other.offer.cost ? one : other
            cheaper.offer.free = one.offer.free + other.offer.free
            return cheaper
        }
    }

    private func fits(_ value: JSON) -> Bool {
        func has(_ name: String, atLeast least: Int64, places: Int = 0) -> Bool {
            (value[name]?.decimal?.scaled(by: places, .nearest)).map { $0 >= least } ?? false
        }
        let isReliable =
            has("reliability2", atLeast: Int64(settings.minReliabilityPercent) * 100, places: 4)
            || has("reliability", atLeast: Int64(settings.minReliabilityPercent) * 100, places: 4)
        let country = value["geolocation"]?.text.flatMap(Country.code(of:)) ?? ""
        return value["rentable"]?.flag != false && value["rented"]?.flag != true
            && value["is_bid"]?.flag != true && isReliable
            && (!settings.verifiedOnly || value["verification"]?.text == "verified")
            && has("direct_port_count", atLeast: 1)
            && has("disk_space", atLeast: Int64(settings.diskGB))
            && has("duration", atLeast: Int64(settings.minDays) * 86_400)
            && (settings.countries.isEmpty || settings.countries.contains(country))
    }

    /// The price that comes back holds for this size of disk alone.
    private func query(machine: Int?) -> JSON {
        var query: JSON = [
            "num_gpus": ["in": [1, 2, 4, 8]], "rentable": ["eq": true], "rented": ["eq": false],
            "gpu_arch": ["eq": "nvidia"], "cpu_arch": ["eq": "amd64"],
            "reliability2": ["gte": .number("0.\(twoDigits(settings.minReliabilityPercent))")],
            "direct_port_count": ["gte": 1], "disk_space": ["gte": .number("\(settings.diskGB)")],
            "duration": ["gte": .number("\(settings.minDays * 86_400)")],
            "compute_cap": ["gte": 700], "order": [["dph_total", "asc"]],
            "allocated_storage": .number("\(settings.diskGB)"), "limit": .number("\(settings.mostOffers)"),
            "gpu_name": ["in": .array(Self.gpuNames.map(JSON.string))],
        ]
        if settings.minReliabilityPercent == 100 { query["reliability2"] = ["gte": 1] }
        if settings.verifiedOnly { query["verified"] = ["eq": true] }
        if let version = settings.minCudaVersion { query["cuda_max_good"] = ["gte": .number(version)] }
        if !settings.countries.isEmpty {
            query["geolocation"] = ["in": .array(settings.countries.sorted().map(JSON.string))]
        }
        if let machine { query["machine_id"] = ["eq": .number("\(machine)")] }
        return query
    }

    private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Vast's names for what the catalog knows; they have blanks, whatever its documentation shows.
    static let gpuNames = [
        "RTX 4090", "RTX 5090", "A100 SXM4", "A100 SXM", "A100 PCIE", "H100 SXM", "H100 PCIE", "H100 NVL",
        "H200", "H200 NVL", "B200", "B300", "RTX 3090", "RTX A5000", "RTX A6000", "L4", "L40", "L40S", "A10",
        "A40",
    ]
}
