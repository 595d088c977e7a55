import Foundation
import TestSupport

/// php-fpm with SQLite, answering the list of rentals as a page of PHP would; it writes a line of log for each, too.
final class PHP {
    /// What a page reads by.
    enum Connection: String {
        case own  // Opened by each page and closed with it, as PHP does unless it is told otherwise.
        case kept  // By the process, from page to page.
    }

    let socket: String
    let script: String
    let process: RunningProcess
    let folder: ScratchFolder

    static let packages = "php-fpm php-sqlite3 php-apcu"

    /// Nil where one of its packages is not installed.
    init?(database: String, _ connection: Connection) throws {
        let places = try FileManager.default.contentsOfDirectory(atPath: "/usr/sbin")
        guard let program = places.filter({ $0.hasPrefix("php-fpm") }).sorted().last,
            try Self.hasModules("/usr/sbin/" + program)
        else { return nil }
        folder = try ScratchFolder()
        socket = folder["php.sock"]
        script = Executables.packageFolder + "/Tests/Bench/Responder/rentals.php"
        try folder.write(
            """
            [global]
            daemonize = no
            error_log = \(folder["php.log"])
            [bench]
            listen = \(socket)
            user = root
            group = root
            pm = static
            pm.max_children = 4
            env[OUTLET_DATABASE] = \(database)
            env[OUTLET_CONNECTION] = \(connection.rawValue)
            php_admin_value[opcache.enable] = 1
            access.log = \(folder["requests.log"])
            access.format = '{"method":"%m","route":"%f","status":"%s","ms":"%{milli}d",\
            "requestId":"%{HTTP_X_REQUEST_ID}e"}'

            """, to: "php.conf")
        process = try RunningProcess(
            "/usr/sbin/" + program,
            ["--allow-to-run-as-root", "--nodaemonize", "--fpm-config", folder["php.conf"]],
            output: folder["php.out"])
    }

    deinit { process.stop() }  // Killed, it would leave its children behind.

    private static func hasModules(_ program: String) throws -> Bool {
        let modules = try Command.run(program, ["-m"]).output.split(separator: "\n")
        return Set(["pdo_sqlite", "apcu"]).isSubset(of: modules)
    }
}
