import Domain
import Foundation
@testable import Providers
import Testing

/// What holds when the meter is restarted, when it crashed, and when somebody else has got a pid.
@Suite(
    .serialized, .enabled(if: LocalOutlet.problem == nil, Comment(rawValue: LocalOutlet.problem ?? "")),
    .timeLimit(.minutes(3)))
struct LocalRecoveryTests {
    @Test func `a restarted meter finds the pod, its port and its logins as they were`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let endpoint = try await outlet.pod("adopted")
            let later = outlet.restarted()
            #expect(try await later.get(label: "outlet-test-adopted", upstreamID: nil) == .running(endpoint))
            #expect(try await later.list(labelPrefix: "outlet-test-").map(\.state) == [.running(endpoint)])
            #expect(try await later.list(labelPrefix: "outlet-other-") == [])
            #expect(try outlet.ssh(endpoint, "echo here").output == "here")
            #expect(try await later.terminate(label: "outlet-test-adopted", upstreamID: nil) == .gone)
        }
    }

    @Test func `creating again what exists changes nothing`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let endpoint = try await outlet.pod("twice")
            #expect(try await outlet.pod("twice") == endpoint)
            #expect(try await outlet.provider.list(labelPrefix: "outlet-").count == 1)
        }
    }

    @Test func `when its keeper or its namespaces die, the pod is gone and wiped`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            for victim in ["keeper", "leader", "pidOne"] {
                try await outlet.pod("dies")
                let record = try outlet.record("dies")
                kill(try #require(record[victim] as? Int32), SIGKILL)
                try await until {
                    try await outlet.provider.get(label: "outlet-test-dies", upstreamID: nil) == .gone
                }
                #expect(!FileManager.default.fileExists(atPath: outlet.folder("dies")))
                for process in ["keeper", "leader", "pidOne"] {
                    let pid = try #require(record[process] as? Int32)
                    let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ") Z"
                    #expect(stat.contains(") Z"), "\(process) outlived \(victim)")
                }
            }
        }
    }

    @Test(arguments: ["start", "boot"])
    func `a process that has got the pid of a dead pod is not killed`(changed: String) async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let bystander = try Companion(["sleep", "600"])
            let (pid, start) = (bystander.identity.pid, bystander.identity.start)
            let boot = ProcessIdentity.bootID
            let claim = changed == "start" ? ("1", boot) : (String(start), "another-boot")
            let folder = outlet.folder("stale")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try """
            {"bootID": "\(claim.1)", "keeper": \(pid), "keeperStart": \(claim.0), "leader": \(pid),
             "leaderStart": \(claim.0), "pidOne": \(pid), "port": 1, "uid": 1}
            """.write(toFile: folder + "/pod.json", atomically: true, encoding: .utf8)
            try """
            {"label": "outlet-test-stale", "offerKey": "demo-cpu/Here/1", "uid": 1, "hostKey": "", "hostKeyFingerprint": ""}
            """.write(toFile: folder + "/order.json", atomically: true, encoding: .utf8)
            #expect(try await outlet.provider.offers().first?.free == 12)
            #expect(try await outlet.provider.get(label: "outlet-test-stale", upstreamID: nil) == .gone)
            #expect(!FileManager.default.fileExists(atPath: folder))
            let alive = bystander.identity.isAlive
            #expect(alive)
        }
    }

    @Test func `a pod without a record, as a crash leaves it, is found by its folder and ended`() async throws
    {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let endpoint = try await outlet.pod("lost")
            try FileManager.default.removeItem(atPath: outlet.folder("lost") + "/pod.json")
            #expect(try await outlet.provider.get(label: "outlet-test-lost", upstreamID: nil) == .pending)
            #expect(try await outlet.provider.terminate(label: "outlet-test-lost", upstreamID: nil) == .gone)
            await #expect(throws: SSHBanner.Fault.self) {
                try await SSHBanner.read(host: "127.0.0.1", port: endpoint.port, timeout: .seconds(1))
            }
        }
    }

    @Test func `slots are counted in pods, and come back`() async throws {
        let outlet = try LocalOutlet(slots: 2)
        try await check(outlet) {
            #expect(try await outlet.provider.offers().map(\.free) == [2])
            try await outlet.pod("one")
            try await outlet.pod("two")
            let full = try await outlet.provider.offers()
            #expect(full.map(\.free) == [0])
            #expect(full.first?.note == "CPU demo: not for untrusted tenants. No GPU, no internet access.")
            guard case .refused(.noCapacity) = await outlet.provider.create(try outlet.order("three")) else {
                throw Trouble("a third pod was made")
            }
            _ = try await outlet.provider.terminate(label: "outlet-test-one", upstreamID: nil)
            #expect(try await outlet.provider.offers().map(\.free) == [1])
            try await outlet.pod("three")
        }
    }

    @Test(arguments: [
        "../outlet-x", "outlet-/x", "outlet-X", "other-x", "", "outlet-" + String(repeating: "a", count: 100),
    ])
    func `a label that could not be ours names no folder`(label: String) async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let order = PodOrder(
                label: label, offerKey: "demo-cpu/Here/1", authorizedKeys: [], environment: [:],
                bootScript: "", image: "")
            guard case .refused(.invalid) = await outlet.provider.create(order) else {
                throw Trouble("accepted")
            }
            #expect(try await outlet.provider.get(label: label, upstreamID: nil) == .gone)
            #expect(try await outlet.provider.terminate(label: label, upstreamID: nil) == .gone)
        }
    }
}
