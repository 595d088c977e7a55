import Foundation
import TestSupport

/// php-fpm with SQLite, answering the list of rentals as a page of PHP would.
final class PHP {
    let socket: String
    let script: String
    let process: RunningProcess
    let folder: ScratchFolder

    /// Nil where php-fpm is not installed.
    init?(database: String) throws {
        let places = try FileManager.default.contentsOfDirectory(atPath: "/usr/sbin")
        guard let program = places.filter({ $0.hasPrefix("php-fpm") }).sorted().last,
            try Command.run("/usr/bin/env", ["php", "-m"]).output.contains("pdo_sqlite")
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
            php_admin_value[opcache.enable] = 1

            """, to: "php.conf")
        process = try RunningProcess(
            "/usr/sbin/" + program,
            ["--allow-to-run-as-root", "--nodaemonize", "--fpm-config", folder["php.conf"]],
            output: folder["php.out"])
    }

    deinit { process.stop() }  // Killed, it would leave its children behind.
}
