// swift-tools-version: 6.2
// One package, layered: executable -> services -> contracts -> runtime -> C libraries. `Tests/PackageGraphTests` holds
// the target graph below against that rule, so who talks to whom can be read here.
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

// MARK: Targets by layer

/// A Debian C library: a module map and a shim header, nothing else.
func cLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/CLibs/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// Hand-written runtime code that knows no contract.
func runtime(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Runtime/\(name)", swiftSettings: strict)
}

/// A generated module: one a spec, committed, written by `make generate` only.
func contract(_ name: String, _ shared: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: ["ContractRuntime"] + shared,
        path: "Sources/Contracts/\(name)",
        swiftSettings: strict
    )
}

/// A generated module of a contract that shows what the generator can do, for the tests beside it.
func contractUnderTest(_ name: String, folder: String) -> Target {
    .target(
        name: name,
        dependencies: ["ContractRuntime"],
        path: "Contract-Tests/\(folder)/Sources/Contracts/\(name)",
        swiftSettings: strict
    )
}

/// One of the ten services: contracts and runtime modules only.
func service(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name,
        dependencies: ["ContractRuntime", "ServiceKit", logging] + dependencies,
        path: "Sources/Services/\(name)",
        swiftSettings: strict
    )
}

/// A stage of the generator. Optimised in every build: people wait for it, and it is debugged with tests.
func stage(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Generator/Sources/\(name)",
        swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))])
}

/// A suite beside the module it tests.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: path ?? "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

/// What several suites need: a stand-in, a world to test in.
func testSupport(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

// MARK: Dependencies that several targets have
let platformContracts: [Target.Dependency] = [
    "WhatsAppWebhookContract", "WhatsAppGraphContract", "GenesysOpenMessagingContract", "GenesysWebhookContract",
    "GenesysPlatformContract",
]
let serviceContracts: [Target.Dependency] = [
    "TenantServiceContract", "AuthServiceContract", "StateManagerContract", "WhatsAppWebhookServiceContract",
    "InboundTransformerContract", "GenesysAPIServiceContract", "GenesysWebhookServiceContract",
    "OutboundTransformerContract", "WhatsAppAPIServiceContract", "APIGatewayContract",
]
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "waba-genesys",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "waba-genesys", targets: ["waba-genesys"]),
        .executable(name: "contractgen", targets: ["contractgen"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        cLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        cLibrary("CPQ", pkgConfig: "libpq", apt: "libpq-dev"),
        cLibrary("CHiredis", pkgConfig: "hiredis", apt: "libhiredis-dev"),
        cLibrary("CRabbitMQ", pkgConfig: "librabbitmq", apt: "librabbitmq-dev"),
        cLibrary("CJSONC", pkgConfig: "json-c", apt: "libjson-c-dev"),
        cLibrary("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
        .systemLibrary(name: "CLinux", path: "Sources/CLibs/CLinux"),

        runtime("ContractJSON", ["CJSONC"]),
        runtime("ContractRuntime", ["ContractJSON", httpTypes]),
        runtime("HTTPTransport", ["CCurl", "EventLoop", "ContractRuntime", httpTypes, deque]),
        runtime(
            "HTTPServer",
            ["ContractRuntime", "ServiceKit", hummingbirdCore, nioCore, nioPosix, httpTypes, logging, lifecycle]),
        runtime("EventLoop", ["CLinux"]),
        runtime("MessageBroker", ["CRabbitMQ", "EventLoop", "ContractRuntime", logging]),
        runtime("Database", ["CPQ", "EventLoop", logging]),
        runtime("Cache", ["CHiredis", "EventLoop", "ContractRuntime", logging]),
        runtime("ObjectStorage", ["HTTPTransport", "ContractRuntime", crypto, httpTypes]),
        runtime("MediaFiles", ["ContractRuntime", crypto]),
        runtime("PasswordHashing", ["COpenSSL"]),
        runtime("ServiceKit", ["ContractJSON", "ContractRuntime", crypto, httpTypes, logging, metrics, lifecycle]),

        stage("ContractSource", ["ContractJSON", "Yams"]),
        stage("ContractConversion", ["ContractJSON", "ContractSource"]),
        stage("ContractModel", ["ContractConversion", "ContractSource", "ContractRuntime"]),
        stage("ContractInterpreter", ["ContractModel", "ContractRuntime"]),
        stage("ContractInstances", ["ContractInterpreter", "ContractModel", "ContractRuntime"]),
        stage("ContractPlan", ["ContractModel", "ContractRuntime"]),
        stage("SwiftEmitter", ["ContractPlan", "ContractModel"]),
        stage(
            "ContractConformance",
            ["ContractInterpreter", "ContractModel", "ContractRuntime", "ContractSource", "SwiftEmitter"]),
        stage(
            "RealSpecs",
            ["ContractInstances", "ContractJSON", "ContractModel", "ContractSource", "SwiftEmitter"]),
        // Requests, responses, messages and cache entries as documents; what judges, samples and finds them.
        stage("ContractExchange", ["ContractInterpreter", "ContractModel", "ContractRuntime"]),
        stage(
            "ContractDiff",
            ["ContractExchange", "ContractInstances", "ContractInterpreter", "ContractModel", "ContractRuntime"]),
        stage("ContractDocs", ["ContractModel", "ContractRuntime"]),
        stage(
            "ContractFixtures",
            ["ContractExchange", "ContractInterpreter", "ContractModel", "ContractRuntime", "ContractSource"]),
        stage(
            "ContractMock",
            [
                "ContractExchange", "ContractInstances", "ContractInterpreter", "ContractModel", "ContractRuntime",
                hummingbirdCore, nioCore, nioPosix, httpTypes, logging, lifecycle,
            ]),
        .executableTarget(
            name: "contractgen",
            dependencies: [
                "ContractSource", "ContractModel", "ContractInterpreter", "ContractInstances", "ContractPlan",
                "ContractConformance", "RealSpecs", "SwiftEmitter", "ContractExchange", "ContractDiff", "ContractDocs",
                "ContractFixtures", "ContractMock", arguments, lifecycle, logging,
            ],
            path: "Generator/Sources/contractgen",
            swiftSettings: strict
        ),

        contract("SharedContract"),
        contract("ConnectionCheckContract", ["SharedContract"]),
        contract("WhatsAppWebhookContract"),
        contract("WhatsAppGraphContract"),
        contract("GenesysOpenMessagingContract"),
        contract("GenesysWebhookContract"),
        contract("GenesysPlatformContract"),
        contract(
            "GenesysRelatedContract",
            ["GenesysWebhookContract", "GenesysOpenMessagingContract", "GenesysPlatformContract"]),
        contract("TenantServiceContract", ["SharedContract", "ConnectionCheckContract"]),
        contract("AuthServiceContract", ["SharedContract"]),
        contract("StateManagerContract", ["SharedContract"]),
        contract("WhatsAppWebhookServiceContract", ["SharedContract", "ConnectionCheckContract"]),
        contract("InboundTransformerContract", ["SharedContract"]),
        contract("GenesysAPIServiceContract", ["SharedContract", "ConnectionCheckContract"]),
        contract("GenesysWebhookServiceContract", ["SharedContract", "ConnectionCheckContract"]),
        contract("OutboundTransformerContract", ["SharedContract"]),
        contract("WhatsAppAPIServiceContract", ["SharedContract", "ConnectionCheckContract"]),
        contract("APIGatewayContract", ["SharedContract"]),
        contract("AgentPortalContract", ["SharedContract"]),
        contract("SimulatorContract", ["SharedContract"]),
        contract("RelayMessagingContract", ["SharedContract"]),
        contract("RelayCacheContract", ["SharedContract"]),

        service(
            "TenantService",
            [
                "TenantServiceContract", "RelayCacheContract", "SharedContract", "ContractJSON", "Database",
                "ConnectionChecks", "ConnectionCheckContract", "AuditLog", "WhatsAppAPIServiceContract",
                "GenesysAPIServiceContract",
            ]),
        service(
            "AuthService",
            [
                "AuthServiceContract", "TenantServiceContract", "GenesysPlatformContract", "RelayCacheContract",
                "SharedContract", httpTypes,
            ]),
        service(
            "StateManager",
            [
                "StateManagerContract", "RelayMessagingContract", "RelayCacheContract", "SharedContract",
                "ContractJSON", "Database", "ObjectStorage", "AuditLog", httpTypes,
            ]),
        service(
            "WhatsAppWebhookService",
            [
                "WhatsAppWebhookServiceContract", "WhatsAppWebhookContract", "TenantServiceContract",
                "ConnectionChecks", "ConnectionCheckContract", "AuthServiceContract", "RelayMessagingContract",
                "RelayCacheContract", "SharedContract", "WhatsAppGraphContract", "MediaFiles", "MediaTransfer",
                "ObjectStorage", "WebhookIntake", "RelayDelivery", "StateManagerContract", "GraphErrors",
            ]),
        service(
            "InboundTransformer",
            [
                "InboundTransformerContract", "WhatsAppWebhookContract", "StateManagerContract", "StateManagerBatches",
                "GenesysAPIServiceContract", "WhatsAppAPIServiceContract", "TenantServiceContract",
                "RelayMessagingContract", "SharedContract", "MediaFiles", "MediaTransfer", "RelayDelivery",
            ]),
        service(
            "GenesysAPIService",
            [
                "ConnectionChecks", "ConnectionCheckContract", "GenesysAPIServiceContract", "AuthServiceContract",
                "StateManagerContract", "GenesysOpenMessagingContract", "GenesysPlatformContract", "SharedContract",
                "PlatformBudget", "StateManagerBatches",
            ]),
        service(
            "GenesysWebhookService",
            [
                "GenesysWebhookServiceContract", "GenesysWebhookContract", "TenantServiceContract", "ConnectionChecks",
                "ConnectionCheckContract", "AuthServiceContract", "RelayMessagingContract", "RelayCacheContract",
                "SharedContract", "HTTPTransport", "MediaFiles", "MediaTransfer", "ObjectStorage", "WebhookIntake",
                "RelayDelivery", "StateManagerContract",
            ]),
        service(
            "OutboundTransformer",
            [
                "OutboundTransformerContract", "GenesysWebhookContract", "StateManagerContract",
                "WhatsAppAPIServiceContract", "TenantServiceContract", "RelayMessagingContract", "SharedContract",
                "MediaFiles", "RelayDelivery", "StateManagerBatches",
            ]),
        service(
            "WhatsAppAPIService",
            [
                "ConnectionChecks", "ConnectionCheckContract", "WhatsAppAPIServiceContract", "AuthServiceContract",
                "StateManagerContract", "WhatsAppGraphContract", "SharedContract", "MediaFiles", "MediaTransfer",
                "ObjectStorage", "PlatformBudget", "StateManagerBatches", "GraphErrors",
            ]),
        service(
            "APIGateway",
            [
                "APIGatewayContract", "GenesysWebhookContract", "StateManagerContract", "TenantServiceContract",
                "WhatsAppWebhookContract", "SharedContract", "HTTPServer", httpTypes,
            ]),
        // No service of its own: what the two webhook services do alike.
        service(
            "WebhookIntake",
            ["AuthServiceContract", "RelayMessagingContract", "ObjectStorage", "RelayDelivery", crypto, httpTypes]),
        // No service of its own: how deliveries end, for whoever sends or waits.
        service("RelayDelivery", ["StateManagerBatches", "TenantServiceContract", "RelayMessagingContract"]),
        // No service of its own: how files come from a platform into a bucket and get addresses.
        service("MediaTransfer", ["SharedContract", "HTTPTransport", "MediaFiles", "ObjectStorage", httpTypes]),
        // No service of its own: how services report what they find out about a connection.
        service("ConnectionChecks", ["ConnectionCheckContract"]),
        // No services of their own: what the Graph API's errors mean, and the budgets that the two API services share.
        service("GraphErrors", ["SharedContract"]),
        service("PlatformBudget", ["RelayCacheContract", "Cache"]),
        // No service of its own: the log of what people, keys and commands change, written by whoever carries it out.
        service("AuditLog", ["ContractJSON", "Database", httpTypes]),
        // No service of its own: how services ask state-manager about many messages at once.
        service("StateManagerBatches", ["StateManagerContract", "SharedContract"]),

        .target(
            name: "AgentPortal",
            dependencies: [
                "AuditLog", "ContractRuntime", "ServiceKit", "HTTPServer", "Database", "AgentPortalContract",
                "ConnectionCheckContract", "SharedContract", "PasswordHashing", crypto, mustache, nioPosix,
                httpTypes, logging,
            ] + serviceContracts,
            path: "Sources/Portal/AgentPortal",
            resources: [.copy("Resources")],
            swiftSettings: strict
        ),
        .target(
            name: "Simulators",
            dependencies: [
                "ContractRuntime", "ServiceKit", "SimulatorContract", "SharedContract", "WhatsAppGraphContract",
                "WhatsAppWebhookContract", "GenesysOpenMessagingContract", "GenesysWebhookContract",
                "GenesysPlatformContract", httpTypes, crypto, logging,
            ],
            path: "Sources/Simulators/Simulators",
            swiftSettings: strict
        ),

        .executableTarget(
            name: "waba-genesys",
            dependencies: [
                "ContractRuntime", "ServiceKit", "HTTPServer", "HTTPTransport", "MessageBroker", "Database", "Cache",
                "ObjectStorage", "MediaTransfer", "WebhookIntake", "TenantService", "AuthService", "StateManager",
                "WhatsAppWebhookService", "InboundTransformer", "GenesysAPIService", "GenesysWebhookService",
                "OutboundTransformer", "WhatsAppAPIService", "APIGateway", "AgentPortal", "Simulators",
                "PlatformBudget", "SimulatorContract", "ConnectionCheckContract", "RelayMessagingContract",
                "RelayCacheContract", "SharedContract", "AuditLog", arguments, logging,
            ] + platformContracts + serviceContracts,
            path: "Sources/waba-genesys", swiftSettings: strict),

        tests(
            "RecordedPayloadContractTests",
            [
                "ContractInterpreter", "ContractModel", "ContractJSON", "ContractRuntime", "Yams", "SharedContract",
                "GenesysRelatedContract", "SimulatorContract", "AgentPortalContract", "RelayMessagingContract",
                "RelayCacheContract",
            ] + platformContracts + serviceContracts,
            path: "Contract-Tests/RecordedPayloads"
        ),
        tests("PasswordHashingTests", ["PasswordHashing"]),
        tests("ContractSourceTests", ["ContractSource"], path: "Generator/Tests/ContractSourceTests"),
        tests(
            "ContractModelTests", ["ContractModel", "ContractInterpreter"], path: "Generator/Tests/ContractModelTests",
            exclude: ["Negative"]),
        tests(
            "ContractInterpreterTests", ["ContractInterpreter", "ContractModel", "ContractRuntime"],
            path: "Generator/Tests/ContractInterpreterTests"),
        tests(
            "ContractConversionTests", ["ContractConversion", "ContractModel", "ContractSource"],
            path: "Generator/Tests/ContractConversionTests"),
        tests(
            "ContractInstancesTests", ["ContractInstances", "ContractInterpreter", "ContractModel", "ContractRuntime"],
            path: "Generator/Tests/ContractInstancesTests"),
        tests(
            "ContractDiffTests", ["ContractDiff", "ContractInterpreter", "ContractModel"],
            path: "Generator/Tests/ContractDiffTests"),
        tests("RealSpecsTests", ["RealSpecs"], path: "Generator/Tests/RealSpecsTests"),
        tests("ContractDocsTests", ["ContractDocs", "ContractModel"], path: "Generator/Tests/ContractDocsTests"),
        tests(
            "ContractFixturesTests", ["ContractFixtures", "ContractInterpreter", "ContractModel"],
            path: "Generator/Tests/ContractFixturesTests"),
        tests(
            "ContractMockTests", ["ContractMock", "ContractExchange", "ContractInterpreter", "ContractModel", logging],
            path: "Generator/Tests/ContractMockTests"),
        tests(
            "ContractgenTests", ["ContractInterpreter", "ContractJSON", "ContractModel", "SwiftEmitter"],
            path: "Generator/Tests/ContractgenTests", exclude: ["Projects"]),
        tests(
            "ConformanceTests", ["ContractConformance", "ContractRuntime"], path: "Contract-Tests/Conformance",
            exclude: ["Cases", "exceptions.json"]),
        tests(
            "SwiftEmitterTests", ["ContractModel", "ContractPlan", "SwiftEmitter"],
            path: "Generator/Tests/SwiftEmitterTests",
            exclude: ["Golden"]),
        contractUnderTest("ShowcaseContract", folder: "HTTP"),
        tests(
            "HTTPContractTests",
            [
                "ShowcaseContract", "ContractJSON", "ContractRuntime", "HTTPServer", "HTTPTransport", "ServiceKit",
                httpTypes, logging, lifecycle,
            ],
            path: "Contract-Tests/HTTP/Tests"),
        contractUnderTest("BindingsContract", folder: "Messaging"),
        tests(
            "MessagingContractTests", ["BindingsContract", "ContractRuntime", "MessageBroker", logging],
            path: "Contract-Tests/Messaging/Tests"),
        tests("PackageGraphTests", []),
        tests("GraphErrorsTests", ["GraphErrors", "SharedContract"]),
        tests("ContractJSONTests", ["ContractJSON"]),
        tests("ContractRuntimeTests", ["ContractRuntime", httpTypes]),
        tests(
            "HTTPTransportTests", ["HTTPTransport", "ContractRuntime", httpTypes], exclude: ["Server/server.py"]),
        tests("MessageBrokerTests", ["MessageBroker", "ContractRuntime", logging]),
        tests("MediaFilesTests", ["MediaFiles", "ContractRuntime"]),
        tests("DatabaseTests", ["Database"]),
        tests("CacheTests", ["Cache"]),
        tests("ObjectStorageTests", ["ObjectStorage", "HTTPTransport", "ContractRuntime", httpTypes]),
        tests(
            "ServiceKitTests",
            ["ServiceKit", "ContractJSON", "ContractRuntime", httpTypes, metrics, logging, lifecycle]),
        tests(
            "HTTPServerTests",
            ["HTTPServer", "ServiceKit", "ContractRuntime", httpTypes, nioCore, nioPosix, logging, lifecycle]),
        tests(
            "TenantServiceTests",
            [
                "TenantService", "TenantServiceContract", "ConnectionCheckContract", "SharedContract",
                "RelayCacheContract", "Cache", "Database", "AuditLog", "ServiceKit", logging,
            ]),
        tests("AuthServiceTests", ["AuthService", "AuthServiceContract", "RelayCacheContract", "Cache", logging]),
        tests(
            "StateManagerTests",
            [
                "StateManager", "RelayMessagingContract", "StateManagerContract", "StateManagerBatches", "ContractJSON",
                "RelayCacheContract", "MessageBroker", "ObjectStorage", "HTTPTransport", "Database", "Cache", logging,
            ]),
        tests(
            "SimulatorsTests",
            [
                "Simulators", "ContractRuntime", "ServiceKit", "HTTPServer", "HTTPTransport", "SimulatorContract",
                "SharedContract", "WhatsAppGraphContract", "WhatsAppWebhookContract", "GenesysOpenMessagingContract",
                "GenesysWebhookContract", "GenesysPlatformContract", httpTypes, logging,
            ]),
        tests(
            "GenesysAPIServiceTests",
            [
                "GenesysAPIService", "GenesysAPIServiceContract", "AuthServiceContract", "StateManagerContract",
                "StateManagerStandIn", "PlatformBudget", "GenesysOpenMessagingContract", "GenesysPlatformContract",
                "SharedContract", "ContractJSON", "ContractRuntime", "ServiceKit", httpTypes, logging,
            ]),
        tests(
            "WhatsAppAPIServiceTests",
            [
                "WhatsAppAPIService", "WhatsAppAPIServiceContract", "AuthServiceContract", "StateManagerContract",
                "StateManagerStandIn", "PlatformBudget", "WhatsAppGraphContract", "SharedContract", "ContractJSON",
                "ContractRuntime", "HTTPTransport", "MediaTransfer", "ObjectStorage", "ServiceKit", httpTypes, logging,
            ]),
        tests(
            "InboundTransformerTests",
            [
                "InboundTransformer", "RelayDelivery", "StateManagerStandIn", "SharedContract", "ContractRuntime",
                "InboundTransformerContract", "GenesysAPIServiceContract", "WhatsAppAPIServiceContract", "ContractJSON",
                "StateManagerContract", "TenantServiceContract", "RelayMessagingContract", "WhatsAppWebhookContract",
                "MessageBroker", "ServiceKit", "HTTPTransport", "MediaTransfer", "ObjectStorage", logging,
            ]),
        tests(
            "OutboundTransformerTests",
            [
                "OutboundTransformer", "OutboundTransformerContract", "RelayDelivery", "StateManagerContract",
                "StateManagerStandIn", "WhatsAppAPIServiceContract", "TenantServiceContract", "RelayMessagingContract",
                "GenesysWebhookContract", "SharedContract", "MessageBroker", "ContractJSON", "ContractRuntime",
                "ServiceKit", logging,
            ]),
        tests(
            "PlatformBudgetTests",
            ["PlatformBudget", "RelayCacheContract", "Cache", "ContractRuntime", "ServiceKit", logging]),
        testSupport("StateManagerStandIn", ["ContractRuntime", "StateManagerContract"]),
        testSupport(
            "WebhookTestWorld",
            [
                "AuthServiceContract", "Cache", "ContractJSON", "ContractRuntime", "HTTPServer", "HTTPTransport",
                "MessageBroker", "ObjectStorage", "ServiceKit", "SharedContract", "TenantServiceContract",
                "WebhookIntake", "StateManagerContract", "StateManagerStandIn", httpTypes, logging,
            ]),
        tests(
            "WhatsAppWebhookServiceTests",
            [
                "WhatsAppWebhookService", "WebhookTestWorld", "WebhookIntake", "WhatsAppWebhookContract", httpTypes,
                "AuthServiceContract", "MediaTransfer", "ObjectStorage", "HTTPTransport", "RelayDelivery", "ServiceKit",
                "StateManagerContract",
            ]),
        tests(
            "GenesysWebhookServiceTests",
            [
                "GenesysWebhookService", "WebhookTestWorld", "WebhookIntake", "GenesysWebhookContract", "MediaTransfer",
                "StateManagerContract", "RelayMessagingContract", "AuthServiceContract", "ObjectStorage",
                "HTTPTransport", httpTypes,
            ]),
        tests(
            "EndToEndTests",
            [
                "waba-genesys", "HTTPTransport", "ContractJSON", "ContractRuntime", "ServiceKit", "SharedContract",
                "SimulatorContract", "StateManagerContract", "TenantServiceContract", "WhatsAppWebhookServiceContract",
                "InboundTransformer", "OutboundTransformer", "WhatsAppAPIService", "WhatsAppGraphContract",
                "RelayMessagingContract", crypto,
            ]),
        tests(
            "AgentPortalTests",
            [
                "AgentPortal", "ContractRuntime", "Database", "HTTPServer", "ServiceKit", "StateManagerContract",
                "TenantServiceContract", "GenesysAPIServiceContract", "GenesysWebhookServiceContract",
                "WhatsAppAPIServiceContract", "WhatsAppWebhookServiceContract", "AgentPortalContract", "SharedContract",
                "ContractJSON", "AuditLog", httpTypes, logging,
            ]),
        tests(
            "CommandLineTests",
            [
                "waba-genesys", "ContractRuntime", "StateManagerContract", "SharedContract", "ConnectionCheckContract",
                "AgentPortal", "ServiceKit", "StateManager", "TenantService", "TenantServiceContract", arguments,
            ]),
        tests("APIGatewayTests", ["APIGateway", "HTTPTransport", .product(name: "Yams", package: "Yams")]),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "ContractJSON", "ContractRuntime", "HTTPTransport", "ServiceKit", "SharedContract", "SimulatorContract",
                "TenantServiceContract", "WhatsAppWebhookContract", "GenesysWebhookContract", arguments, crypto,
            ],
            path: "Tests/Benchmarks", swiftSettings: strict),
    ]
)
