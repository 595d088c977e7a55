import Configuration
import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite struct `The outbox` {
    /// An outlet whose mail goes to `script`, which stands in the folder `program`.
    private func outlet(_ script: String) async throws -> Outlet {
        let programs = try ScratchFolder()
        let path = try programs.write("#!/bin/sh\n\(script)\n", to: "sendmail")
        chmod(path, 0o700)
        let o = try await Outlet { settings in
            settings.mail = Settings.Mail(
                senderName: "Outlet", sender: EmailAddress("outlet@example.org")!,
                delivery: .sendmail([path, settings.dataDirectory]))
        }
        o.keep(programs)
        return o
    }

    private let keeping = "cat >>$1/letters; echo . >>$1/count"

    private func post(_ o: Outlet) throws {
        try o.context.requestSignInCode(for: EmailAddress("ada@example.org")!, from: "192.0.2.1")
    }

    private func letters(_ o: Outlet) -> Int { o.store.folder.read("count").split(separator: "\n").count }
    private func states(_ o: Outlet) throws -> [String] {
        try o.context.database.read { session in
            try session.rows("SELECT message, tries, sent_at_s, given_up_at_s FROM mail ORDER BY id").map {
                let state = !$0.isNull("sent_at_s") ? "sent" : !$0.isNull("given_up_at_s") ? "dead" : "waits"
                #expect($0.isNull("message") == (state != "waits"))
                return "\(state) \($0.int("tries"))"
            }
        }
    }

    @Test func `is emptied by the meter, each letter once`() async throws {
        let o = try await outlet(keeping)
        try post(o)
        await o.meter.deliverMail()
        await o.meter.deliverMail()
        #expect(letters(o) == 1)
        #expect(try states(o) == ["sent 1"])
        #expect(o.store.folder.read("letters").contains("To: <ada@example.org>\nSubject: "))
    }

    @Test func `outlives its meter`() async throws {
        let o = try await outlet(keeping)
        try post(o)
        try o.startMeter()
        await o.meter.deliverMail()
        #expect(letters(o) == 1)
    }

    @Test func `tries again, later each time`() async throws {
        let o = try await outlet("[ -e $1/up ] || { echo 421 later >&2; exit 75; }\n\(keeping)")
        try post(o)
        for (tries, pause) in [(1, 5), (2, 10), (3, 20)] {
            await o.meter.deliverMail()
            #expect(try states(o) == ["waits \(tries)"])
            o.pass(Int64(pause - 1))
            await o.meter.deliverMail()
            #expect(try states(o) == ["waits \(tries)"])
            o.pass(1)
        }
        #expect(try o.context.mail().lastError?.contains("421 later") == true)
        try o.store.folder.write("", to: "up")
        await o.meter.deliverMail()
        #expect(try states(o) == ["sent 4"])
        #expect(letters(o) == 1)
    }

    @Test func `gives a letter up when its time is over, and tells so`() async throws {
        let o = try await outlet("exit 75")
        try post(o)
        for _ in 1...20 {
            await o.meter.deliverMail()
            o.pass(60)
        }
        #expect(try states(o).first?.hasPrefix("dead") == true)
        let outbox = try o.context.mail()
        #expect(outbox.waiting == 0 && outbox.dead.count == 1)
        #expect(outbox.dead.first?.error.contains("status 75") == true)
        #expect(try o.context.figures().first { $0.name == "outlet_mail_dead" }?.value == 1)
    }

    @Test func `gives up at once what the program refuses for good`() async throws {
        let o = try await outlet("echo 550 unknown >&2; exit 67")
        try post(o)
        await o.meter.deliverMail()
        #expect(try states(o) == ["dead 1"])
        #expect(try o.context.mail().dead.first?.error.contains("550 unknown") == true)
    }

    @Test func `is due again when a meter died in the middle`() async throws {
        let o = try await outlet(keeping)
        try post(o)
        let claimed = try o.context.database.write {
            try $0.claimMail(1, tries: 0, again: o.store.clock.now + Seconds(90))
        }
        #expect(claimed)
        await o.meter.deliverMail()
        #expect(letters(o) == 0)
        o.pass(90)
        await o.meter.deliverMail()
        #expect(letters(o) == 1)
    }

    @Test func `is forgotten after a month`() async throws {
        let o = try await outlet(keeping)
        try post(o)
        await o.meter.deliverMail()
        o.pass(31 * 86_400)
        try post(o)
        try o.context.forgetExpired()
        #expect(try states(o) == ["waits 0"])
    }
}
