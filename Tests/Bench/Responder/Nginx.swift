import Foundation
import TestSupport

/// The project's own nginx before one FastCGI socket.
final class Nginx {
    let url: String
    let process: RunningProcess
    let folder = try! ScratchFolder()

    /// - Parameter script: what php-fpm is to run; other responders need none.
    init(socket: String, script: String? = nil) throws {
        let port = try FreePort.next()
        url = "http://127.0.0.1:\(port)"
        let written = try Command.run(
            "/bin/bash",
            [
                Executables.packageFolder + "/scripts/nginx-conf", "--data", folder.path, "--port", "\(port)",
                "--socket", socket,
            ])
        guard written.status == 0 else { throw TestFault("scripts/nginx-conf: \(written)") }
        try Self.adapt(folder, script: script)
        process = try RunningProcess(
            "/usr/sbin/nginx", ["-c", folder["run/nginx.conf"]], output: folder["logs/nginx.log"])
    }

    deinit { process.stop() }  // Killed, it would leave its workers behind.

    func untilItAnswers() async throws {
        _ = try await eventually("nginx and its responder", within: 20) {
            let result = try Command.run(
                "/usr/bin/curl",
                ["--silent", "--fail", "--output", "/dev/null", url + "/v1/catalog/templates"])
            return result.status == 0 ? () : nil
        }
    }

    /// A copy of the includes: without the limit on bursts, which thousands of requests a second from one address pass,
    /// and with the one parameter more that PHP asks for.
    private static func adapt(_ folder: ScratchFolder, script: String?) throws {
        let includes = folder["run/gpu-outlet"]
        try FileManager.default.removeItem(atPath: includes)
        try FileManager.default.copyItem(atPath: Executables.packageFolder + "/nginx", toPath: includes)
        let server = folder.read("run/gpu-outlet/outlet.conf")
        try folder.write(server.replacing("burst=20", with: "burst=100000"), to: "run/gpu-outlet/outlet.conf")
        guard let script else { return }
        let parameters = folder.read("run/gpu-outlet/fastcgi.conf")
        try folder.write(
            parameters + "\nfastcgi_param SCRIPT_FILENAME \(script);\n", to: "run/gpu-outlet/fastcgi.conf")
    }
}
