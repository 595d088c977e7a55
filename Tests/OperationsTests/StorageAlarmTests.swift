import Configuration
import Foundation
@testable import Operations
import Storage
import TestSupport
import Testing

@Suite struct `After an alarm of the storage` {
    private let store: TestStore
    private let alarm: StorageAlarm

    init() throws {
        store = try TestStore()
        _ = try store.context.addUser(email: "ada@example.org")
        try store.context.database.checkpoint()
        alarm = StorageAlarm(store.context.settings)
        try store.folder.write("the disk: I/O error\n", to: "storage.alarm")
    }

    private func open() throws { _ = try Context.open(store.context.settings, store.world.environment) }

    @Test func `whole books take the alarm back, and limits begin anew`() throws {
        #expect(alarm.fault == "the disk: I/O error")
        try store.folder.write("noise", to: "ephemeral.db")
        try open()
        #expect(!alarm.isRaised)
    }

    @Test func `damaged books keep everybody from working, and the alarm stays`() throws {
        let thief = try Thief(path: store.context.settings.databasePath, keepsRules: false)
        let guards = ["wallet_stays", "account_stays"]
        let texts = try guards.flatMap {
            try thief.texts("SELECT sql FROM sqlite_schema WHERE name = '\($0)'")
        }
        for name in guards { try thief.run("DROP TRIGGER \(name)") }
        try thief.run("DELETE FROM wallet")  // Its accounts belong to nobody now.
        for text in texts { try thief.run(text) }
        for _ in 0..<2 {
            #expect(throws: StorageDamage.self) { try open() }
            #expect(alarm.isRaised)
        }
    }
}
