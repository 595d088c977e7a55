import Foundation
import Outbound

/// The name of an image with registry and tag written out: engines differ in what a short one means.
struct ImageName: Hashable, CustomStringConvertible {
    let repository: String  // `docker.io/library/debian`
    let reference: String  // `:12`, or `@sha256:…`

    init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 255, text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        var name = text[...]
        var reference = ":latest"
        if let at = name.firstIndex(of: "@") {
            reference = String(name[at...])
            name = name[..<at]
        }
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
            if !reference.hasPrefix("@") { reference = String(name[colon...]) }
            name = name[..<colon]
        }
        guard !name.isEmpty, reference.count > 1 else { return nil }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." }) else { return nil }
        let hasRegistry =
            parts.count > 1 && (parts[0].contains { ".:".contains($0) } || parts[0] == "localhost")
        if hasRegistry {
            repository = String(name)
        } else {
            repository = "docker.io/" + (parts.count == 1 ? "library/" : "") + name
        }
        self.reference = reference
    }

    var description: String { repository + reference }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._-/:@".utf8.contains(byte)
        }
    }
}

extension EngineClient {
    /// What pulls wait on: a large one would keep a thread of everybody's from others.
    private static let pullers = Workers(threads: 4, queue: 64)

    /// The image as this machine has it; nil when it would have to be pulled.
    func image(_ name: ImageName) async throws -> ImageAnswer? {
        do { return try await get(ImageAnswer.self, "/images/\(name)/json") } catch let fault as EngineFault
            where fault.isNotFound
        { return nil }
    }

    /// Waits for the whole pull; what others have pulled meanwhile is not pulled again.
    func pull(_ name: ImageName) async throws {
        var query = [("fromImage", name.repository)]
        let isDigest = name.reference.hasPrefix("@")
        query.append(("tag", String(name.reference.dropFirst())))
        if isDigest { query = [("fromImage", name.description)] }
        let answer = try await call(
            .post, "/images/create", query: query, within: .seconds(1_500), on: Self.pullers)
        guard answer.status == 200 else { throw EngineFault(answer) }
        // Success is said before the work is done; what goes wrong then stands in the stream.
        struct Line: Decodable { let error: String? }
        for line in answer.body.split(separator: UInt8(ascii: "\n")).reversed().prefix(20) {
            if let error = try? JSONDecoder().decode(Line.self, from: Data(line)).error {
                throw EngineFault.refused(status: 404, message: "No such image: \(error.prefix(300))")
            }
        }
    }
}
