/// Between which kinds of accounts a transfer of one code may move money.
package struct Movement: Hashable, Sendable {
    package let code: String
    package let debit: String
    package let credit: String

    package init(code: String, debit: String, credit: String) {
        self.code = code
        self.debit = debit
        self.credit = credit
    }

    /// All that exist in a database of this release, whatever one holds.
    package static var all: [Movement] { Database.expectedMovements }
}
