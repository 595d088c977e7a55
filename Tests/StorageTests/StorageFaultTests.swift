import Foundation
@testable import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct `A database` {
    @Test func `is emptied of its log without waiting for a reader`() async throws {
        let books = try Books(paid: 500)
        let (log, reads) = (books.database.path + "-wal", DispatchSemaphore(value: 0))
        let done = DispatchSemaphore(value: 0)
        let other = try Database(path: books.database.path)
        Thread.detachNewThread {
            try? other.read { session in
                _ = try session.rows("SELECT * FROM account")
                reads.signal()
                done.wait()
            }
            reads.signal()
        }
        reads.wait()
        let time = try ContinuousClock().measure { try books.database.checkpoint() }
        #expect(time < .seconds(5))  // A waiting one would take ten.
        #expect(size(of: log) > 0)
        done.signal()
        reads.wait()
        try books.database.checkpoint()
        #expect(size(of: log) == 0)
    }

    @Test func `that is damaged raises the alarm once, and is not touched again`() throws {
        let folder = try ScratchFolder()
        let path = folder["items.db"]
        try fillAndDamage(path)
        let alarms = Mutex<[StorageFault]>([])
        let database = try Database(path: path) { fault in alarms.withLock { $0.append(fault) }
        }
        for _ in 0..<2 {
            #expect(throws: StorageFault.self) {
                try database.read { try $0.rows("SELECT * FROM item") }
            }
            #expect(throws: StorageFault.self) { try database.write { _ in } }
            #expect(throws: StorageFault.self) { try database.checkpoint() }
        }
        #expect(alarms.withLock(\.count) == 1)
    }

    @Test func `that turns out to be damaged within a joined transaction raises the alarm, too`() throws {
        let folder = try ScratchFolder()
        let path = folder["items.db"]
        try fillAndDamage(path)
        let alarms = Mutex(0)
        let database = try Database(path: path) { _ in alarms.withLock { $0 += 1 } }
        // Whoever joins may answer an error and go on: the fault is not to be lost by that.
        try? database.joined { joined, _ in _ = try? joined.read { try $0.rows("SELECT * FROM item") } }
        #expect(alarms.withLock(\.self) == 1)
        #expect(throws: StorageFault.self) { try database.write { _ in } }
    }

    private func size(of path: String) -> Int {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
    }

    /// All but the first page becomes noise.
    private func fillAndDamage(_ path: String) throws {
        do {
            let fresh = try Database(path: path)
            try fresh.writeSchema { books in
                try books.runScript("CREATE TABLE item (text TEXT)")
                for _ in 0..<100 { try books.run("INSERT INTO item VALUES (hex(zeroblob(200)))") }
            }
            try fresh.checkpoint()
        }
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let end = try file.seekToEnd()
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data(repeating: 0xFF, count: Int(end) - 4_096))
        try file.close()
    }
}
