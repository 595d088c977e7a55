import Domain
import Operations

// What `--json` prints. Names as in the HTTP interface: times in ISO 8601, amounts in whole cents.

struct UserJSON: Encodable {
    let id: String
    let email: String
    let createdAt: String
    let closedAt: String?

    init(_ user: UserView) {
        id = user.id.text
        email = user.email
        createdAt = user.createdAt.iso8601
        closedAt = user.closedAt?.iso8601
    }
}

struct SSHKeyJSON: Encodable {
    let id: String
    let name: String
    let fingerprint: String
    let algorithm: String
    let createdAt: String

    init(_ key: SSHKeyView) {
        id = key.id.text
        name = key.name
        fingerprint = key.fingerprint
        algorithm = key.algorithm
        createdAt = key.createdAt.iso8601
    }
}

struct WalletJSON: Encodable {
    let availableCents: Int64
    let reservedCents: Int64
    let totalCents: Int64
    let pendingCents: Int64
    let owedCents: Int64
    let burnPerHourCents: Int64
    let runwaySeconds: Int64?

    init(_ balance: BalanceView) {
        availableCents = balance.available.count
        reservedCents = balance.reserved.count
        totalCents = balance.total.count
        pendingCents = balance.pending.count
        owedCents = balance.owed.count
        burnPerHourCents = balance.burnPerHour.count
        runwaySeconds = balance.runway?.count
    }
}

struct UserDetailJSON: Encodable {
    let user: UserJSON
    let wallet: WalletJSON
    let keys: [SSHKeyJSON]

    init(user: UserJSON, wallet: WalletJSON, keys: [SSHKeyView]) {
        self.user = user
        self.wallet = wallet
        self.keys = keys.map(SSHKeyJSON.init)
    }
}

struct LedgerEntryJSON: Encodable {
    let id: String
    let type: String
    let amountCents: Int64
    let balanceAfterCents: Int64
    let rentalId: String?
    let note: String?
    let createdAt: String

    init(_ entry: LedgerEntryView) {
        id = entry.id.text
        type = entry.type
        amountCents = entry.amount.count
        balanceAfterCents = entry.balanceAfter.count
        rentalId = entry.rental?.text
        note = entry.note
        createdAt = entry.createdAt.iso8601
    }
}
