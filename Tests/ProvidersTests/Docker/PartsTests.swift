import Crypto
import Domain
import Foundation
import Programs
import TestSupport
import Testing

@testable import Providers

@Suite("Parts of the docker provider") struct DockerPartsTests {
    @Test(arguments: [
        ("debian", "docker.io/library/debian:latest"), ("ubuntu:24.04", "docker.io/library/ubuntu:24.04"),
        (
            "pytorch/pytorch:2.7.1-cuda12.8-cudnn9-devel",
            "docker.io/pytorch/pytorch:2.7.1-cuda12.8-cudnn9-devel"
        ),
        ("ghcr.io/a/b:c", "ghcr.io/a/b:c"), ("localhost/pod:1", "localhost/pod:1"),
        ("registry.example:5000/pod", "registry.example:5000/pod:latest"),
        ("debian@sha256:0123", "docker.io/library/debian@sha256:0123"),
    ])
    func `an image's name is written out`(short: String, full: String) {
        #expect(ImageName(short)?.description == full)
    }

    @Test(arguments: ["", "a b", "../etc", "a//b", "a?x", "a:", "a%2f", "é"])
    func `what could lead elsewhere is no image's name`(text: String) {
        #expect(ImageName(text) == nil)
    }

    @Test func `frames are read as the two streams that they are`() {
        func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
            [stream, 0, 0, 0, 0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8)
        }
        #expect(EngineStream.text(frame(1, "out\n") + frame(2, "error\n")) == "out\nerror\n")
        #expect(EngineStream.text(Array("a terminal's text".utf8)) == "a terminal's text")
        #expect(EngineStream.text(Array(frame(1, "cut off").dropLast(3))) == "cut ")
        #expect(EngineStream.text([]) == "")
    }

    @Test func `nvidia-smi's answers are read, whatever it cannot tell`() {
        let inventory = GPUInventory(
            gpus: """
                WARNING: infoROM is corrupted at gpu 0000:01:00.0
                0, GPU-78aaaccb-3af1-11b3-b1f8-3828c251d9f2, NVIDIA H200-141C, 144384, 00000000:01:00.0, 570.1, Disabled
                1, GPU-f15ae561-21b1-6003-c768-861fc285203b, NVIDIA A10, [N/A], 00000000:02:00.0, 570.1, [N/A]
                2, GPU-2, NVIDIA A100, 81920, 00000000:03:00.0, 570.1, Enabled
                """,
            processes:
                "GPU-2, 4711, /usr/bin/python3, with commas\nGPU-2, 4712, [Not Found]\nNo running processes\n"
        )
        #expect(inventory.gpus.map(\.memoryMiB) == [144_384, nil, 81_920])
        #expect(inventory.gpus.map(\.isPartitioned) == [false, false, true])
        #expect(inventory.busy == ["GPU-2": ["4711 /usr/bin/python3, with commas", "4712 [Not Found]"]])
        #expect(
            GPUInventory.listed(
                "GPU 0: NVIDIA A10 (UUID: GPU-1)\n  MIG 1g.5gb (UUID: MIG-2)\nGPU 1: X (UUID: GPU-3)")
                == ["GPU-1", "GPU-3"])
    }

    @Test func `tar reads our archives`() throws {
        let folder = try ScratchFolder()
        let order = PodOrder(
            label: "outlet-test-tar", offerKey: "",
            authorizedKeys: ["ssh-ed25519 AAAA a", "ssh-ed25519 BBBB b"],
            environment: ["A": #"x "y" \z"#], bootScript: String(repeating: "#\n", count: 700), image: "")
        let archive = TarArchive(
            order: order, variables: try PodEnvironment(order.environment),
            hostKey: HostKey(secret: Data([1]), label: order.label))
        try Data(archive.closed()).write(to: URL(fileURLWithPath: folder["pod.tar"]))
        let ran = run(["tar", "-C", folder.path, "-xf", folder["pod.tar"]])
        #expect(ran.status == 0 && ran.error.isEmpty, "\(ran.error)")
        #expect(folder.read(".outlet/boot") == order.bootScript)
        #expect(folder.read(".outlet/authorized_keys") == "ssh-ed25519 AAAA a\nssh-ed25519 BBBB b\n")
        #expect(folder.read(".outlet/sshd_environment") == #"SetEnv "A=x \"y\" \\z""# + "\n")
        #expect(run(["sh", "-n", folder[".outlet/start"]]).status == 0)
        let names = run(["tar", "-tf", folder["pod.tar"]]).output
        #expect(names.hasSuffix(".outlet/ready-outlet-test-tar"), "the mark of completeness comes last")
    }

    @Test func `a tethered program ends with its line, and its end is noticed`() async throws {
        let held = try Tether(["sh", "-c", "echo words >&2; exec sleep 1000"])
        let short = try Tether(["false"])
        for _ in 0..<1_000 where short.isAlive || held.complaint.isEmpty {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(!short.isAlive && held.isAlive && held.complaint == "words")
        held.end()
        held.end()
        #expect(!held.isAlive)
    }
}
