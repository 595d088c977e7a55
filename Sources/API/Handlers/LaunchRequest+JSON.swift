import Domain
import HTTP
import Operations

extension LaunchRequest {
    /// The body of `POST /v1/rentals` and of its preview; shapes and ranges are checked here, and nowhere else.
    init(_ request: Request) throws {
        let known = [
            "familyId", "gpuCount", "templateId", "region", "name", "autoStopAfterHours",
            "maxPricePerHourCents",
            "providerCode", "env", "startupScript",
        ]
        let fields = try Fields(request, known: known)
        let family = try fields.line("familyId", limit: 64).required("familyId")
        let count = try fields.integer("gpuCount", in: 0...Int64(Int32.max)).required("gpuCount")
        self.init(familyID: family, gpuCount: try GPUCount.checked(count))
        if let template = try fields.line("templateId", limit: 64) { templateID = template }
        region = try fields.line("region", limit: 64).flatMap { $0.isEmpty ? nil : $0 }
        provider = try fields.line("providerCode", limit: 64).flatMap { $0.isEmpty ? nil : $0 }
        name = try fields.line("name", limit: 64).flatMap { $0.isEmpty ? nil : $0 }
        autoStopAfter = try fields.number("autoStopAfterHours").map(Self.autoStop)
        maxPrice = try fields.integer("maxPricePerHourCents", in: HourlyRate.range).flatMap(HourlyRate.init)
        environment = try Self.environment(fields.texts("env") ?? [:])
        startupScript = try Self.script(fields.text("startupScript"))
    }

    /// Hours, fractions too, to the nearest second and at least one.
    private static func autoStop(_ hours: JSONNumber) throws -> Seconds {
        guard hours.isPositive, hours.isAtMost(8_760), let seconds = hours.times(3_600) else {
            throw ErrorAnswer.invalid("autoStopAfterHours", "must be more than 0 and at most 8760")
        }
        return Seconds(max(seconds, 1))
    }

    private static func environment(_ variables: [String: String]) throws -> [String: String] {
        guard variables.count <= 50 else { throw ErrorAnswer.invalid("env", "has more than 50 variables") }
        for (name, value) in variables {
            guard isVariableName(name) else {
                throw ErrorAnswer.invalid("env", "has a name that is not letters, digits and _ (at most 128)")
            }
            guard value.utf8.count <= 4_096, !value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
                throw ErrorAnswer.invalid("env", "has a value over 4096 bytes, or with a control character")
            }
        }
        return variables
    }

    private static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 128, !(0x30...0x39).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"): true
            default: false
            }
        }
    }

    private static func script(_ text: String?) throws -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= 16 * 1_024 else {
            throw ErrorAnswer.invalid("startupScript", "is over 16 KiB")
        }
        guard !text.utf8.contains(0) else {
            throw ErrorAnswer.invalid("startupScript", "has a NUL character")
        }
        return text
    }
}
