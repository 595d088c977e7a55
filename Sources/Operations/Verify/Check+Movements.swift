import Storage

extension Check {
    /// The movements that exist are part of the schema: nobody adds one, and none goes.
    static let movements: [Check] = {
        let expected = Movement.all.map { "('\($0.code)', '\($0.debit)', '\($0.credit)')" }
        let known = SQL(stringLiteral: expected.joined(separator: ", "))
        let name: SQL = "code || ' ' || debit_kind || ' ' || credit_kind"
        return [
            Check(
                """
                SELECT 'movement' AS "table", \(name) AS number, 'is not one of this release' AS wrong
                  FROM movement
                 WHERE (code, debit_kind, credit_kind) NOT IN (VALUES \(known))
                 ORDER BY 2
                 LIMIT 1
                """),
            Check(
                """
                WITH known (code, debit_kind, credit_kind) AS (VALUES \(known))
                SELECT 'movement' AS "table", \(name) AS number, 'is missing' AS wrong
                  FROM known
                 WHERE (code, debit_kind, credit_kind) NOT IN (
                        SELECT code, debit_kind, credit_kind FROM movement)
                 ORDER BY 2
                 LIMIT 1
                """),
        ]
    }()
}
