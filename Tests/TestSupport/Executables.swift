import Foundation

/// The programs of this package, as the build that the tests belong to made them.
package enum Executables {
    /// The absolute path of `outlet-api`, `outlet-meter`, `outlet-pod` or `outletctl`.
    package static func path(_ name: String) -> String { buildFolder + "/" + name }

    /// The folder that holds `Package.swift`.
    package static let packageFolder: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// The test bundle lies beside the programs: `.build/debug/gpu-outletPackageTests.xctest`.
    private static let buildFolder: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
        let program = bundle ?? "/proc/self/exe"
        return URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent().path
    }()
}
