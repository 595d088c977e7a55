@testable import Operations
import TestSupport
import Testing

@Suite struct `The bell` {
    @Test func `wakes once for a ring, and lets wait afterwards`() async throws {
        let store = try TestStore()
        try store.folder.write("", to: "run/empty")
        let path = store.context.settings.bellPath
        let bell = try BellListener(path: path)
        let ring = try Operations.Environment.live(settings: store.context.settings).ringBell
        for _ in 0..<3 {
            ring()
            #expect(await time { await bell.wait(atMost: .seconds(1_200)) } < .seconds(600))
            #expect(await time { await bell.wait(atMost: .milliseconds(200)) } >= .milliseconds(200))
        }
    }

    private func time(_ body: () async -> Void) async -> Duration {
        await ContinuousClock().measure(body)
    }
}
