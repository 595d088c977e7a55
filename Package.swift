// swift-tools-version: 6.2
import PackageDescription

// Targets follow the direction of imports: executables, API, Operations, then Storage, Providers and
// Configuration; all may use Domain and JSON, which import nothing. A target exists where a dependency must be forbidden.

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "_CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "gpu-outlet",
    products: [
        .executable(name: "outlet-api", targets: ["outlet-api"]),
        .executable(name: "outlet-meter", targets: ["outlet-meter"]),
        .executable(name: "outlet-pod", targets: ["outlet-pod"]),
        .executable(name: "outletctl", targets: ["outletctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CFastCGI", providers: [.apt(["libfcgi-dev"])]),
        .target(name: "CCurl"),
        .target(name: "CSupport", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "Domain"),
        .target(name: "JSON"),
        .target(name: "Configuration", dependencies: ["Domain", yams]),
        .target(
            name: "Storage", dependencies: ["Domain", "CSupport", grdb, sqlite, crypto],
            resources: [.embedInCode("Migrations")]),
        .target(name: "Programs", dependencies: ["CSupport"]),
        .target(
            name: "Providers",
            dependencies: [
                "Domain", "JSON", "Configuration", "Programs", "Outbound", "CSupport", crypto, logging,
            ]),
        .target(name: "Mail", dependencies: ["Domain", "Programs"]),
        .target(
            name: "Operations",
            dependencies: [
                "Domain", "Configuration", "Storage", "Providers", "Programs", "Mail", "OAuth", "Outbound",
                "Payments",
                "CSupport", crypto,
                logging,
            ]),
        .target(name: "Outbound", dependencies: ["CCurl", "CSupport"]),
        .target(name: "Payments", dependencies: ["Outbound", crypto]),
        .target(name: "OAuth", dependencies: ["Domain", crypto, cryptoExtras]),
        .target(name: "HTTP", dependencies: ["Domain"]),
        .target(
            name: "API",
            dependencies: [
                "Domain", "JSON", "Configuration", "Storage", "OAuth", "Payments", "Operations", "HTTP",
                crypto,
                logging,
            ]),
        .target(name: "FastCGI", dependencies: ["CFastCGI", "CSupport", "HTTP", logging]),
        .executableTarget(
            name: "outlet-api",
            dependencies: [
                "API", "FastCGI", "HTTP", "Operations", "Storage", "Configuration", "CSupport", arguments,
                logging,
            ]),
        .executableTarget(
            name: "outlet-meter",
            dependencies: [
                "Operations", "Providers", "Storage", "Configuration", "CSupport", arguments, logging,
            ]),
        .executableTarget(name: "outlet-pod", dependencies: ["CSupport"]),
        .executableTarget(
            name: "outletctl",
            dependencies: [
                "Domain", "Storage", "Operations", "Payments", "Providers", "Configuration", arguments,
                logging,
                yams,
            ]),
        .target(
            name: "TestSupport",
            dependencies: [
                "Domain", "Configuration", "Storage", "Providers", "Payments", "Outbound", "Operations",
                "CSupport", grdb, logging,
            ],
            path: "Tests/TestSupport"),
        .target(name: "CFaults", path: "Tests/CFaults", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "CrashBench",
            dependencies: [
                "CFaults", "CSupport", "Domain", "Configuration", "Storage", "Operations", "Providers",
                "TestSupport", logging,
            ],
            path: "Tests/CrashBench"),
        .executableTarget(
            name: "crash-rig",
            dependencies: ["CrashBench", "Domain", "Operations", "Storage", "TestSupport", arguments],
            path: "Tests/CrashRig"),
        .testTarget(
            name: "CrashTests",
            dependencies: ["CrashBench", "Operations", "Storage", "TestSupport", "crash-rig"]),
        .executableTarget(
            name: "bench-floor", path: "Tests/BenchFloor",
            linkerSettings: [.linkedLibrary("fcgi"), .linkedLibrary("sqlite3"), .linkedLibrary("pthread")]),
        .executableTarget(
            name: "outlet-bench",
            dependencies: [
                "API", "Domain", "Configuration", "HTTP", "Operations", "Providers", "Storage", "TestSupport",
                arguments, logging,
            ],
            path: "Tests/Bench", exclude: ["Responder/rentals.php", "Guard/instructions.tsv"]),
        .executableTarget(name: "outlet-soak", dependencies: ["TestSupport", arguments], path: "Tests/Soak"),
        .testTarget(name: "DomainTests", dependencies: ["Domain", "TestSupport"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "Domain"]),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "TestSupport"]),
        .testTarget(
            name: "ProvidersTests",
            dependencies: [
                "JSON", "Operations", "Providers", "Programs", "TestSupport", crypto, logging, "outlet-pod",
            ], exclude: ["Requests"]),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "Operations", "Payments", "Programs", "Providers", "OAuth", "Outbound", "TestSupport", crypto,
                logging,
            ]),
        .testTarget(name: "MailTests", dependencies: ["Mail", "TestSupport"]),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP"]),
        .testTarget(name: "PaymentsTests", dependencies: ["Payments", "TestSupport", crypto]),
        .testTarget(
            name: "OutboundTests", dependencies: ["Outbound", "TestSupport"], exclude: ["odd_server.py"]),
        .testTarget(name: "OAuthTests", dependencies: ["OAuth", "Domain", crypto, cryptoExtras]),
        .testTarget(
            name: "FastCGITests", dependencies: ["FastCGI", "HTTP", "TestSupport", "outlet-api", "outletctl"]),
        .testTarget(
            name: "APITests",
            dependencies: [
                "API", "HTTP", "JSON", "Operations", "Outbound", "Payments", "Providers", "Storage",
                "TestSupport", crypto, logging,
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["TestSupport", "Storage", "outlet-api", "outlet-meter", "outlet-pod", "outletctl"]),
    ],
    swiftLanguageModes: [.v6]
)
