import Domain
import Operations
import Providers
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Leases of machines' units") struct UnitLeaseTests {
    private let store: TestStore
    private let leases: StoredLeases
    private let gpus = (0..<4).map { "GPU-\($0)" }

    init() throws {
        store = try TestStore()
        leases = StoredLeases(store.context)
    }

    @Test func `a unit belongs to one pod until its pod is gone, and all wishes are met or none`() throws {
        let both = [UnitWish(count: 3, candidates: gpus), UnitWish(count: 1, candidates: ["port/1"])]
        #expect(try leases.take(both, for: "a", at: "rack") == ["GPU-0", "GPU-1", "GPU-2", "port/1"])
        #expect(throws: UnitRefusal.allTaken) {
            try leases.take([UnitWish(count: 2, candidates: gpus)], for: "b", at: "rack")
        }
        // The port is taken, so the free GPU stays free.
        #expect(throws: UnitRefusal.allTaken) {
            try leases.take(
                [UnitWish(count: 1, candidates: gpus), UnitWish(count: 1, candidates: ["port/1"])],
                for: "b", at: "other")
        }
        #expect(try leases.taken() == ["GPU-0", "GPU-1", "GPU-2", "port/1"])
        #expect(try leases.held(at: "other").isEmpty)
        try leases.release("a")
        #expect(try leases.take([UnitWish(count: 1, candidates: gpus)], for: "b", at: "rack") == ["GPU-0"])
    }

    @Test func `what was ended is not started, and gets nothing more`() throws {
        _ = try leases.take([UnitWish(count: 1, candidates: gpus)], for: "a", at: "rack")
        #expect(try leases.mayStart("a") && !leases.mayStart("b"))
        try leases.end("a")
        try leases.end("a")
        #expect(try !leases.mayStart("a"))
        #expect(throws: UnitRefusal.ended) {
            try leases.take([UnitWish(count: 1, candidates: gpus)], for: "a", at: "rack")
        }
        try leases.release("a")
        try leases.release("a")
        #expect(try !leases.mayStart("a") && leases.taken().isEmpty)
        #expect(throws: UnitRefusal.ended) {
            try leases.take([UnitWish(count: 1, candidates: gpus)], for: "a", at: "rack")
        }
    }

    @Test func `a pod that is found takes its units again, but not those of another`() throws {
        _ = try leases.take([UnitWish(count: 1, candidates: gpus)], for: "b", at: "rack")
        #expect(try leases.adopt(["GPU-0", "GPU-1"], for: "a", at: "rack") == ["GPU-0"])
        store.clock.advance(by: Seconds(90))
        let held = try leases.held(at: "rack")
        #expect(Set(held.map { "\($0.label) \($0.unit)" }) == ["b GPU-0", "a GPU-1"])
        #expect(held.allSatisfy { $0.age == Seconds(90) && !$0.isEnded })
    }

    @Test func `of many that ask at once, each unit goes to one`() async throws {
        let contexts = try (0..<4).map { _ in try store.anotherContext() }
        let gpus = gpus
        let got = await withTaskGroup(of: [String].self) { group in
            for number in 0..<40 {
                let leases = StoredLeases(contexts[number % 4])
                group.addTask {
                    let wish = UnitWish(count: 1, candidates: gpus)
                    return (try? leases.take([wish], for: "pod-\(number)", at: "rack")) ?? []
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(got.sorted() == gpus)
    }

    @Test func `the schema itself refuses a second pod, and a lease that is rewritten`() throws {
        _ = try leases.take([UnitWish(count: 1, candidates: gpus)], for: "a", at: "rack")
        for statement: SQL in [
            "INSERT INTO unit_lease (unit, provider, label, taken_at_s) VALUES ('GPU-0', 'x', 'b', 1)",
            "UPDATE unit_lease SET label = 'b'", "UPDATE unit_lease SET unit = 'GPU-1'",
        ] {
            #expect(throws: (any Error).self) { try store.context.database.write { try $0.run(statement) } }
        }
        try leases.release("a")
        #expect(throws: (any Error).self) {
            try store.context.database.write { try $0.run("UPDATE unit_lease SET released_at_s = NULL") }
        }
    }

    @Test func `who only looks changes nothing`() throws {
        _ = try leases.take([UnitWish(count: 1, candidates: gpus)], for: "a", at: "rack")
        let looking = ReadLeases(store.context)
        try looking.release("a")
        try looking.end("a")
        #expect(try looking.adopt(["GPU-1"], for: "a", at: "rack").isEmpty)
        #expect(throws: UnitRefusal.allTaken) {
            try looking.take([UnitWish(count: 1, candidates: gpus)], for: "b", at: "rack")
        }
        #expect(try leases.mayStart("a") && leases.taken() == ["GPU-0"])
    }
}
