import Domain
import Foundation
import JSON
import TestSupport
import Testing

@testable import Configuration
@testable import Providers

/// Answers in which one thing is not as it should be: nothing of that ends the meter, loses a pod or makes a second one.
@Suite(.timeLimit(.minutes(4))) struct DamageTests {
    /// More with `OUTLET_DAMAGES`, one with `OUTLET_SEED`.
    private static var seeds: [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["OUTLET_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        return Array(0..<(environment["OUTLET_DAMAGES"].flatMap { UInt64($0) } ?? 40))
    }

    @Test(arguments: CloudKind.allCases)
    func `a create whose answer is damaged is made or unknown, and its pod is found`(kind: CloudKind)
        async throws
    {
        for seed in Self.seeds {
            var damage = Damage(seed: seed)
            let bench = try CloudBench(kind)
            bench.cloud.damageNext(.create, { damage.of($0) })
            switch await bench.provider.create(bench.order()) {
            case .created, .unknown: break
            // Vast may say that a contract exists and cannot start: then it was ended before it was refused.
            case .refused(let fault):
                #expect(kind == .vast && bench.cloud.count(.delete) == 1, "seed \(seed): \(fault)")
                continue
            }
            let pods = try await bench.provider.list(labelPrefix: CloudBench.label())
            #expect(pods.count == 1 && bench.cloud.count(.create) == 1, "seed \(seed)")
        }
    }

    @Test(arguments: CloudKind.allCases)
    func `a damaged list is the whole list or none at all`(kind: CloudKind) async throws {
        for seed in Self.seeds {
            var damage = Damage(seed: seed)
            let bench = try CloudBench(kind)
            _ = try await bench.made()
            bench.cloud.damageNext(.list, { damage.of($0) })
            guard let pods = try? await bench.provider.list(labelPrefix: "outlet-test-") else { continue }
            // A damaged name is foreign, and an empty list is a list: the sweep misses a pod twice, and then asks for it.
            let isPossible =
                damage.note.contains(bench.cloud.speech.nameField)
                || kind != .vast && damage.note.hasSuffix("s to []") || damage.note == "$.data to []"
            #expect(pods.count == 1 || isPossible, "seed \(seed): \(damage.note)")
        }
    }

    @Test(arguments: CloudKind.allCases)
    func `damaged offers cost what they cost, or are not offered`(kind: CloudKind) async throws {
        for seed in Self.seeds {
            var damage = Damage(seed: seed)
            let bench = try CloudBench(kind)
            bench.cloud.damageNext(.offers, { damage.of($0) })
            let offers = (try? await bench.provider.offers()) ?? []
            #expect(offers.allSatisfy { $0.cost.microDollarsPerHour > 0 && $0.gpuCount > 0 }, "seed \(seed)")
        }
    }

    @Test(arguments: CloudKind.allCases)
    func `a pod whose own answer is damaged is not gone`(kind: CloudKind) async throws {
        for seed in Self.seeds {
            var damage = Damage(seed: seed)
            let bench = try CloudBench(kind)
            let id = try await bench.made()
            bench.cloud.next(.list, .reply(200, body: bench.cloud.speech.emptyList))
            bench.cloud.damageNext(.get, { damage.of($0) })
            let state = try? await bench.provider.get(label: CloudBench.label(), upstreamID: id)
            // Vast writes a pod that is gone as null, and so does the damage.
            #expect(state != .gone || damage.note == "$.instances to null", "seed \(seed): \(damage.note)")
        }
    }
}

/// Replaces one value somewhere in an answer by one of another kind.
private struct Damage {
    private var dice: Dice
    private(set) var note = ""

    init(seed: UInt64) { dice = Dice(seed: seed) }

    mutating func of(_ value: JSON) -> JSON {
        let places = Self.places(in: value, at: "$")
        let place = places[Int.random(in: 0..<places.count, using: &dice)]
        let values: [JSON] = [.null, .number("-1"), .number("1e300"), "", "\u{202e}x", [], [:], true]
        let other = values[Int.random(in: 0..<values.count, using: &dice)]
        note = "\(place) to \(other.written)"
        return Self.replacing(place, in: value, at: "$", by: other)
    }

    private static func places(in value: JSON, at path: String) -> [String] {
        switch value {
        case .object(let members):
            [path]
                + members.sorted { $0.name < $1.name }.flatMap {
                    places(in: $0.value, at: "\(path).\($0.name)")
                }
        case .array(let items):
            [path] + items.enumerated().flatMap { places(in: $1, at: "\(path)[\($0)]") }
        default: [path]
        }
    }

    private static func replacing(_ place: String, in value: JSON, at path: String, by other: JSON) -> JSON {
        if path == place { return other }
        guard place.hasPrefix(path) else { return value }
        switch value {
        case .object(let members):
            return .object(
                members.map {
                    let value = replacing(place, in: $0.value, at: "\(path).\($0.name)", by: other)
                    return JSON.Member(name: $0.name, value: value)
                })
        case .array(let items):
            return .array(
                items.enumerated().map { replacing(place, in: $1, at: "\(path)[\($0)]", by: other) })
        default: return value
        }
    }
}

extension FakeCloud {
    /// The next answer to this kind of call is damaged after the call was carried out.
    fileprivate func damageNext(_ operation: Operation, _ damage: @escaping (JSON) -> JSON) {
        let change = Unsendable(damage)
        next(operation, .changed { change.value($0) })
    }
}

/// The test awaits the one call that uses it.
private struct Unsendable<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

extension CloudSpeech {
    fileprivate var nameField: String { kind == .vast ? ".label" : ".name" }
}
