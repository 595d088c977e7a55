import Domain
import JSON

extension VastProvider {
    package func balance() async throws -> ProviderBalance? {
        let call = CloudCall(.get, "/api/v0/users/current/", buckets: ["money"])
        let value = try await account.repeatable(call).value(words: Self.words)
        // Its specification says `balance`, its own programs read `credit`.
        guard let left = (value["credit"] ?? value["balance"])?.microDollars else {
            throw ProviderFault.malformed("credit")
        }
        return ProviderBalance(microDollars: left)
    }

    package func charges(since: Instant) async throws -> [ProviderCharge]? {
        let filter: JSON = [
            "day": ["gte": .number("\(since.secondsSince1970)"), "lte": 4_102_444_800],
            "type": ["in": ["instance"]],
        ]
        return try await allPages("charges") { token in
            var query = [(name: "select_filters", value: filter.written), ("limit", "500")]
            if let token { query.append(("after_token", token)) }
            let call = CloudCall(
                .get, "/api/v0/charges/", query: query, buckets: ["money"], patience: .seconds(20))
            let page = try await account.repeatable(call).value(words: Self.words)
            guard let results = page["results"]?.items else { throw ProviderFault.malformed("results") }
            return (try results.map(Self.charge), page["next_token"]?.text)
        }
    }

    private static func charge(_ value: JSON) throws -> ProviderCharge {
        guard let source = value["source"]?.text, source.hasPrefix("instance-"),
            let amount = value["amount"]?.microDollars, let from = value["start"]?.instant,
            let to = value["end"]?.instant
        else { throw ProviderFault.malformed("charge") }
        return ProviderCharge(
            upstreamID: String(source.dropFirst("instance-".count)), label: value["metadata"]?["label"]?.text,
            microDollars: amount, from: from, to: to)
    }
}
