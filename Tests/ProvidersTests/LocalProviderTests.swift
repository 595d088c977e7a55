import Configuration
import Domain
import Foundation
@testable import Providers
import Testing

/// Real pods, reached by the real ssh client.
@Suite(
    .serialized, .enabled(if: LocalOutlet.problem == nil, Comment(rawValue: LocalOutlet.problem ?? "")),
    .timeLimit(.minutes(3)))
struct LocalProviderTests {
    @Test(arguments: LocalProviderSettings.Network.allCases)
    func `a renter logs in with their key, runs commands and copies files, and nobody else does`(
        network: LocalProviderSettings.Network
    ) async throws {
        let outlet = try LocalOutlet(network: network)
        try await check(outlet) {
            let endpoint = try await outlet.pod("login")
            let hello = try outlet.ssh(endpoint, "id -un; pwd; tty >/dev/null || echo no terminal")
            #expect(hello.output == "user\n/home/user\nno terminal", "\(hello.error)")
            #expect(try outlet.ssh(endpoint, "exit 7").status == 7)

            let file = outlet.root + "/file"
            try String(repeating: "data\n", count: 50_000).write(
                toFile: file, atomically: true, encoding: .utf8)
            let options = try outlet.options(endpoint) + ["-P", "\(endpoint.port)"]
            let remote = "user@\(endpoint.host):copy"
            #expect(run(["scp", "-q"] + options + [file, remote]).status == 0)
            #expect(run(["scp", "-q"] + options + [remote, file + ".back"]).status == 0)
            #expect(FileManager.default.contentsEqual(atPath: file, andPath: file + ".back"))

            let stranger = try outlet.ssh(endpoint, "true", key: "stranger")
            #expect(stranger.status == 255)
            #expect(stranger.error.contains("Permission denied"))
        }
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/dropbear"),
            "dropbear is not installed"),
        arguments: [false, true])
    func `dropbear serves as well, installed or laid over the host's programs`(fetched: Bool) async throws {
        let outlet = try LocalOutlet(server: SSHServer(kind: .dropbear, toolsPath: nil), fetched: fetched)
        try await check(outlet) {
            let value = #"say "it's" \ $HOME"#
            let endpoint = try await outlet.pod("dropbear", environment: ["VALUE": value])
            let ran = try outlet.ssh(endpoint, "id -un; echo \"$VALUE\"; grep CapEff /proc/self/status")
            #expect(ran.output == "user\n\(value)\nCapEff:\t0000000000000000", "\(ran.error)")
            let shown = run(["ssh-keygen", "-l", "-f", outlet.root + "/known-\(endpoint.port)"])
            #expect(shown.output.contains(try #require(endpoint.hostKeyFingerprint)))
            #expect(try outlet.ssh(endpoint, "true", key: "stranger").status == 255)
            #expect(try await outlet.provider.list(labelPrefix: "").count == 1)
        }
    }

    @Test func `a terminal works`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let endpoint = try await outlet.pod("tty")
            let ran = run(
                ["ssh", "-tt"] + (try outlet.options(endpoint))
                    + ["-p", "\(endpoint.port)", "user@127.0.0.1", "tty"])
            #expect(ran.output.hasPrefix("/dev/pts/"), "\(ran.error)")
        }
    }

    @Test func `the host key that answers is the one that the endpoint names`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let endpoint = try await outlet.pod("hostkey")
            _ = try outlet.options(endpoint)
            let shown = run(["ssh-keygen", "-l", "-f", outlet.root + "/known-\(endpoint.port)"])
            #expect(shown.output.contains(try #require(endpoint.hostKeyFingerprint)))
        }
    }

    @Test func `a pod sees the host's programs and nothing else of it`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let endpoint = try await outlet.pod("isolation")
            func says(_ command: String) throws -> String { try outlet.ssh(endpoint, command).output }
            #expect(try says("ls -A /") == "bin\ndev\netc\nhome\nlib\nlib64\nproc\nrun\nsbin\ntmp\nusr\nvar")
            #expect(try says("ls -A /home") == "user")
            #expect(try says("grep CapEff /proc/self/status").hasSuffix("\t0000000000000000"))
            #expect(try says("grep NoNewPrivs /proc/self/status").hasSuffix("1"))
            #expect(try says("ls -d /proc/[0-9]* | wc -l").trimmed <= "9")
            #expect(try says("touch /usr/x 2>&1 || true").contains("Read-only"))
            #expect(try says("cat /proc/net/dev | grep -c :") == "1")
            #expect(try says("grep -c '\(outlet.root)' /proc/mounts") == "0")
            // Nothing that a renter writes is on the host's disk.
            #expect(try says("echo secret > ~/mine; echo secret > /etc/mine; cat ~/mine") == "secret")
            #expect(!FileManager.default.fileExists(atPath: outlet.folder("isolation") + "/etc/mine"))
            #expect(!FileManager.default.fileExists(atPath: outlet.folder("isolation") + "/home/mine"))
        }
    }

    @Test func `what a renter runs is dead when terminate says gone, and every trace is removed`()
        async throws
    {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let endpoint = try await outlet.pod("stop")
            let marker = "7\(Int.random(in: 100_000...999_999))"
            _ = try outlet.ssh(endpoint, "setsid sleep \(marker) >/dev/null 2>&1 </dev/null &")
            let login = try Companion(
                ["ssh"] + (try outlet.options(endpoint)) + [
                    "-p", "\(endpoint.port)", "user@127.0.0.1", "sleep \(marker)",
                ])
            try await until { run(["pgrep", "-fc", "^sleep \(marker)"]).output == "2" }

            let start = ContinuousClock.now
            #expect(try await outlet.provider.terminate(label: "outlet-test-stop", upstreamID: nil) == .gone)
            #expect(ContinuousClock.now - start < .seconds(2))
            #expect(run(["pgrep", "-f", "^sleep \(marker)"]).output == "")
            for _ in 0..<400 where login.identity.isAlive { try await Task.sleep(for: .milliseconds(10)) }
            let open = login.identity.isAlive
            #expect(!open)
            #expect(!FileManager.default.fileExists(atPath: outlet.folder("stop")))
            #expect(!(try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)).contains(outlet.pods))
            await #expect(throws: SSHBanner.Fault.self) {
                try await SSHBanner.read(host: "127.0.0.1", port: endpoint.port, timeout: .seconds(1))
            }
            #expect(try await outlet.provider.terminate(label: "outlet-test-stop", upstreamID: nil) == .gone)
            #expect(try await outlet.provider.get(label: "outlet-test-stop", upstreamID: nil) == .gone)
        }
    }

    @Test func `a renter's variables arrive whole, and control characters are refused`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let values = [
                "PLAIN": "a b  c", "QUOTES": #"say "it's" \ $HOME `id`"#, "EMPTY": "", "UTF": "größe",
            ]
            let endpoint = try await outlet.pod(
                "env", environment: values, bootScript: "printf '%s' \"$QUOTES\"")
            for (name, value) in values {
                #expect(try outlet.ssh(endpoint, "printf '%s.' \"$\(name)\"").output == value + ".")
            }
            try await until {
                try await outlet.provider.log(label: "outlet-test-env", upstreamID: nil)?.contains(
                    values["QUOTES"]!) == true
            }
            for bad in [["A": "b\nPermitRootLogin yes"], ["A B": "c"], ["": "c"], ["1A": "c"]] {
                let order = try outlet.order("bad", environment: bad)
                guard case .refused(.invalid) = await outlet.provider.create(order) else {
                    Issue.record("accepted: \(bad)")
                    continue
                }
            }
            #expect(!FileManager.default.fileExists(atPath: outlet.folder("bad")))
        }
    }

    @Test func `the boot script runs once, as the pod's user, and its output is the log`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let script =
                "echo \"boot: $(id -un) in $(pwd)\"; echo line >> ~/ran; env | cut -d= -f1 | sort | tr '\\n' ' '; echo"
            let endpoint = try await outlet.pod("boot", bootScript: script)
            try await until {
                try await outlet.provider.log(label: "outlet-test-boot", upstreamID: nil)?.contains(
                    "boot: user in /home/user") == true
            }
            #expect(try outlet.ssh(endpoint, "cat ~/ran").output == "line")
            let log = try #require(try await outlet.provider.log(label: "outlet-test-boot", upstreamID: nil))
            let names = try #require(log.split(whereSeparator: \.isNewline).last { $0.contains("HOME") })
                .split(separator: " ")
            #expect(
                Set(names).isSubset(of: [
                    "HOME", "LOGNAME", "OLDPWD", "PATH", "PWD", "SHELL", "SHLVL", "USER", "_",
                ]), "\(log)")
        }
    }

    @Test func `a long boot script delays nothing, and a noisy one fills no disk`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            try await outlet.pod(
                "noisy", bootScript: "yes 'a line of noise' | head -c 3000000; echo the end; sleep 1000")
            try await until {
                try await outlet.provider.log(label: "outlet-test-noisy", upstreamID: nil)?.contains(
                    "the end") == true
            }
            let log = try #require(try await outlet.provider.log(label: "outlet-test-noisy", upstreamID: nil))
            #expect(log.utf8.count <= 64 * 1_024)
            let size = try FileManager.default.attributesOfItem(atPath: outlet.folder("noisy") + "/pod.log")[
                .size]
            #expect(try #require(size as? Int) <= 160 * 1_024)
        }
    }

    @Test func `eight pods at once all answer, each in its own place`() async throws {
        let outlet = try LocalOutlet()
        try await check(outlet) {
            let endpoints = try await withThrowingTaskGroup(of: Endpoint.self) { group in
                for number in 1...8 { group.addTask { try await outlet.pod("many-\(number)") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(endpoints.map(\.port)).count == 8)
            #expect(Set(endpoints.map(\.hostKeyFingerprint)).count == 8)
            if geteuid() == 0 {
                #expect(Set(try (1...8).map { try outlet.record("many-\($0)")["uid"] as? Int }).count == 8)
            }
        }
    }
}

/// Runs `body`, then ends all pods of `outlet`, whatever happened.
func check(_ outlet: LocalOutlet, _ body: () async throws -> Void) async throws {
    do { try await body() } catch {
        await outlet.close()
        throw error
    }
    await outlet.close()
}

/// Waits up to 20 s.
func until(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<400 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("did not happen within 20 s")
}
