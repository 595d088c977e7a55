import Domain
@testable import Storage
import TestSupport
import Testing

@Suite struct PostingTests {
    @Test func `a rental's whole life moves every cent as it should`() throws {
        let books = try Books(paid: 100, gift: 30)
        let rental = try books.launch(rate: 44)
        #expect(
            try books.funds() == WalletFunds(available: Cents(86), promo: .zero, holds: [rental: Cents(44)]))
        try books.run(rental, confirmedAt: 9_000)
        try books.bill(rental, to: 60)
        try books.bill(rental, to: 7_200)  // 88 cents: the whole hold, then paid money.
        #expect(try books.funds() == WalletFunds(available: Cents(42), promo: .zero, holds: [:]))
        try books.stop(rental, at: 8_210)
        #expect(try books.funds().available == Cents(42))
    }

    @Test func `what is left of a hold goes back where it came from`() throws {
        let books = try Books(paid: 100, gift: 30)
        let rental = try books.launch(rate: 44)
        try books.run(rental, confirmedAt: 9_000)
        try books.bill(rental, to: 60)
        try books.stop(rental, at: 1_070)
        #expect(try books.funds() == WalletFunds(available: Cents(100), promo: Cents(29), holds: [:]))
    }

    @Test func `a cause is posted once, and never with other content`() throws {
        let books = try Books(paid: 100)
        let line = LedgerLine(id: books.newID(), kind: .adjustment, user: books.user, note: "a gift")
        func post(_ cents: Int64) throws -> Bool {
            try books.database.write { transaction in
                let leg = TransferLeg(
                    debit: try transaction.account(.promoGrant),
                    credit: try transaction.account(.promo, of: books.user),
                    amount: Cents(cents))
                return try transaction.post(
                    code: .gift, cause: "promo:x", legs: [leg], entry: line, at: Instant(1))
            }
        }
        #expect(try post(30))
        #expect(try !post(30))
        #expect(throws: LedgerRefusal.causeReused("promo:x")) { try post(31) }
        #expect(try books.funds().promo == Cents(30))
    }

    @Test func `an overdraft is refused before anything is written`() throws {
        let books = try Books(paid: 100)
        #expect(throws: LedgerRefusal.insufficientBalance(available: Cents(100))) { try books.adjust(-101) }
        try books.adjust(-100)
        #expect(try books.funds().spendable == .zero)
    }

    /// Eight writers take more than there is; after each try they look whether all the money is somewhere.
    @Test("writers at the same time neither lose nor invent a cent", arguments: [true, false])
    func writersAtTheSameTime(shareConnections: Bool) async throws {
        let books = try Books(paid: 200)
        let (shared, user) = (books.database, books.user)
        let taken = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let database = shareConnections ? shared : try Database(path: shared.path)
                    var taken = 0
                    for number in 0..<40 {
                        do {
                            try database.write {
                                try $0.takeOneCent(from: user, cause: "adj:\(writer)-\(number)")
                            }
                            taken += 1
                        } catch is LedgerRefusal {}
                        #expect(try database.sumOfAccounts() == .zero)
                    }
                    return taken
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(taken == 200)  // Of 320 tries.
        #expect(try books.funds().spendable == .zero)
        #expect(try books.database.sumOfAccounts() == .zero)
    }
}

extension Database {
    /// Read in two looks, between which another's commit would show.
    fileprivate func sumOfAccounts() throws -> Cents {
        try read { session in
            let rows = try ["= 'available'", "<> 'available'"].map { part in
                try session.row(
                    SQL(stringLiteral: "SELECT SUM(balance_cents) AS cents FROM account WHERE kind \(part)"))!
            }
            return rows[0].cents("cents") + rows[1].cents("cents")
        }
    }
}

extension Transaction {
    fileprivate func takeOneCent(from user: ID<User>, cause: String) throws {
        let leg = TransferLeg(
            debit: try account(.available, of: user), credit: try account(.writeoff), amount: Cents(1))
        let line = LedgerLine(id: ID(ULID(milliseconds: 1)), kind: .adjustment, user: user)
        try post(code: .adjust, cause: cause, legs: [leg], entry: line, at: Instant(1_000))
    }
}
