import TestSupport

/// The five tables that the page of PHP reads, and nothing else of the outlet's: who opens a database reads all of its
/// schema first. It is kept open, so that no page is the last to close it and tidies up.
final class PagesDatabase {
    let path: String
    private let folder = try! ScratchFolder()
    private let owner: Thief

    init(of outlet: String) throws {
        path = folder["pages.db"]
        owner = try Thief(path: path, keepsRules: true)
        try owner.run(
            """
            PRAGMA journal_mode = WAL;
            ATTACH '\(outlet)' AS outlet;
            CREATE TABLE clock AS SELECT * FROM outlet.clock;
            CREATE TABLE sign_in AS SELECT * FROM outlet.sign_in;
            CREATE TABLE renter AS SELECT * FROM outlet.renter;
            CREATE TABLE wallet AS SELECT * FROM outlet.wallet;
            CREATE TABLE rental AS SELECT * FROM outlet.rental;
            DETACH outlet;
            CREATE UNIQUE INDEX sign_in_by_secret ON sign_in (secret_hash);
            CREATE UNIQUE INDEX renter_by_id ON renter (id);
            CREATE UNIQUE INDEX wallet_of_user ON wallet (user_id);
            CREATE UNIQUE INDEX rental_of_user ON rental (user_id, id);
            """)
    }
}
