import Foundation
import Outbound

extension EngineClient {
    func info() async throws -> InfoAnswer { try await get(InfoAnswer.self, "/info") }

    /// The container with this name, whatever its state; nil when there is certainly none.
    func container(_ name: String) async throws -> ContainerAnswer? {
        do {
            return try await get(ContainerAnswer.self, "/containers/\(name)/json", within: .seconds(6))
        } catch let fault as EngineFault where fault.isNotFound { return nil }
    }

    /// All containers that carry the label, running or not.
    func containers(withLabel label: String) async throws -> [ContainerSummary] {
        let filters = String(decoding: try JSONEncoder().encode(["label": [label]]), as: UTF8.self)
        return try await get(
            [ContainerSummary].self, "/containers/json", query: [("all", "true"), ("filters", filters)])
    }

    func create(_ spec: ContainerSpec, name: String) async throws {
        let answer = try await call(
            .post, "/containers/create", query: [("name", name)], body: .json(of: spec))
        guard answer.status == 201 else { throw EngineFault(answer) }
    }

    /// Unpacks a tar archive below the container's root.
    func put(_ archive: [UInt8], into name: String) async throws {
        let answer = try await call(
            .put, "/containers/\(name)/archive", query: [("path", "/")], body: .tar(archive))
        guard answer.status == 200 else { throw EngineFault(answer) }
    }

    /// Whether the container, started or not, has this file.
    func hasFile(_ path: String, in name: String) async throws -> Bool {
        let answer = try await call(.get, "/containers/\(name)/archive", query: [("path", path)])
        switch answer.status {
        case 200: return true
        case 404: return false
        default: throw EngineFault(answer)
        }
    }

    /// Started before is started.
    func start(_ name: String) async throws {
        let answer = try await call(.post, "/containers/\(name)/start", within: .seconds(60))
        guard [204, 304].contains(answer.status) else { throw EngineFault(answer) }
    }

    /// Kills and removes it with its own disk. One that is not there is removed.
    func remove(_ name: String) async throws {
        let answer = try await call(
            .delete, "/containers/\(name)", query: [("force", "1"), ("v", "1")], within: .seconds(15))
        guard ![200, 204, 404].contains(answer.status) else { return }
        throw EngineFault(answer)
    }

    /// Waits until it has ended.
    func wait(for name: String, within: Duration) async throws {
        let answer = try await call(
            .post, "/containers/\(name)/wait", query: [("condition", "not-running")], within: within)
        guard answer.status == 200 else { throw EngineFault(answer) }
    }

    /// The newest lines of what it wrote.
    func log(of name: String, lines: Int) async throws -> String {
        let query = [("stdout", "1"), ("stderr", "1"), ("tail", "\(lines)")]
        let answer = try await call(.get, "/containers/\(name)/logs", query: query, within: .seconds(5))
        guard answer.status == 200 else { throw EngineFault(answer) }
        return EngineStream.text(answer.body)
    }

    /// Runs a program in a running container, as root.
    /// - Returns: its exit code and what it wrote.
    func exec(_ command: [String], in name: String) async throws -> (status: Int, output: String) {
        struct Order: Encodable { let AttachStdout = true, AttachStderr = true, User = "0", Cmd: [String] }
        struct Start: Encodable { let Detach = false, Tty = false }
        let made = try await call(.post, "/containers/\(name)/exec", body: .json(of: Order(Cmd: command)))
        guard made.status == 201 else { throw EngineFault(made) }
        let id = try decode(CreatedAnswer.self, made).Id
        let ran = try await call(.post, "/exec/\(id)/start", body: .json(of: Start()), within: .seconds(20))
        guard ran.status == 200 else { throw EngineFault(ran) }
        let state = try await get(ExecState.self, "/exec/\(id)/json")
        return (state.ExitCode ?? -1, EngineStream.text(ran.body))
    }
}
