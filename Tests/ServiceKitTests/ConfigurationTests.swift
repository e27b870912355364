import ServiceKit
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    static let key = "k1:" + "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
    static let complete = [
        "DATABASE_URL": "postgres://relay:pw@db:5432/relay", "REDIS_URL": "redis://cache:6379/0",
        "ENCRYPTION_KEYS": key, "ADMIN_API_KEY": "admin-key-0123456789abcdef",
        "INTERNAL_API_TOKEN": "internal-token-0123456789",
    ]

    private func problems(_ roles: [ServiceName], _ environment: [String: String]) -> [String: String] {
        do {
            _ = try ServiceConfiguration(for: roles, environment: environment) { _ in "" }
            return [:]
        } catch {
            return Dictionary(error.problems.map { ($0.variable, $0.reason) }) { first, _ in first }
        }
    }

    @Test("a complete environment gives typed values and defaults")
    func complete() throws {
        let configuration = try ServiceConfiguration(for: [.tenantService], environment: Self.complete)
        #expect(try configuration.databaseURL.reveal() == "postgres://relay:pw@db:5432/relay")
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port(for: .tenantService) == 8101)
        #expect(configuration.logLevel == .info)
        #expect(try configuration.metaGraphVersion == "v23.0")
        #expect(configuration.url(of: .stateManager) == "http://127.0.0.1:8103")
        #expect(try configuration.metaAppSecrets == [])
    }

    @Test("every missing variable is named at once, with the form it needs")
    func missing() {
        let found = problems([.tenantService], [:])
        #expect(Set(found.keys) == Set(ServiceName.tenantService.needs.map(\.name)))
        #expect(found["DATABASE_URL"]?.contains("postgres://user:password@host:5432/database") == true)
        #expect(found["DATABASE_URL"]?.contains("DATABASE_URL_FILE") == true)
    }

    @Test("an empty value counts as missing")
    func empty() {
        #expect(
            problems([.authService], Self.complete.merging(["REDIS_URL": ""]) { $1 }).keys.sorted() == ["REDIS_URL"]
        )
    }

    @Test(
        "a wrong value is refused even where the role does not need it, and is not repeated",
        arguments: [
            ("AMQP_URL", "http://broker-with-secret:5672"), ("S3_ENDPOINT", "minio-secret:9000"),
            ("PORT", "secret"), ("PORT", "65536"), ("LOG_LEVEL", "secret-loud"), ("META_GRAPH_VERSION", "secret23"),
            ("PUBLIC_BASE_URL", "https://"), ("PUBLIC_BASE_URL", "https://host/secret?x=1"),
            ("TENANT_SERVICE_URL", "http://host:secret"), ("ENCRYPTION_KEYS", "secret"),
            ("GENESYS_API_BASE_URL", "https://ada:secret@api.example"), ("PUBLIC_BASE_URL", "https://host/#secret"),
            ("TRUSTED_PROXIES", "10.0.0.0/8,secret"), ("TRUSTED_PROXIES", "10.0.0.0/33"),
            ("ENCRYPTION_KEYS", "secret:c2hvcnQ="), ("ADMIN_API_KEY", "secret"),
            ("ADMIN_API_KEY", "ssssssssssssssssssssssssssssssss"), ("META_APP_SECRET", "secret-0123456789abc,secret"),
        ]
    )
    func wrong(variable: String, value: String) {
        let found = problems([.authService], Self.complete.merging([variable: value]) { $1 })
        #expect(Array(found.keys) == [variable])
        #expect(found[variable]?.contains("secret") == false)
        #expect(found[variable]?.contains("needed: ") == true)
    }

    @Test("a secret can come from a file, without the newline at its end")
    func file() throws {
        var environment = Self.complete
        environment["REDIS_URL"] = nil
        environment["REDIS_URL_FILE"] = "/run/secrets/redis"
        let configuration = try ServiceConfiguration(for: [.authService], environment: environment) { path in
            path == "/run/secrets/redis" ? "redis://from-file:6379\n" : ""
        }
        #expect(try configuration.redisURL.reveal() == "redis://from-file:6379")
    }

    @Test("a secret given twice, an empty and an unreadable file are refused")
    func files() {
        struct Unreadable: Error {}
        let twice = Self.complete.merging(["REDIS_URL_FILE": "/x"]) { $1 }
        #expect(problems([.authService], twice)["REDIS_URL"]?.contains("twice") == true)
        var environment = Self.complete
        environment["REDIS_URL"] = nil
        environment["REDIS_URL_FILE"] = "/x"
        #expect(problems([.authService], environment).keys.contains("REDIS_URL_FILE"))
        #expect(throws: ConfigurationError.self) {
            try ServiceConfiguration(for: [.authService], environment: environment) { _ in throw Unreadable() }
        }
    }

    @Test("secrets that rotate are all accepted, the first is first")
    func rotation() throws {
        let environment = Self.complete.merging(["META_APP_SECRET": "new-0123456789abcdef, old-0123456789abcdef"]) {
            $1
        }
        let configuration = try ServiceConfiguration(for: [.tenantService], environment: environment)
        #expect(
            try configuration.metaAppSecrets.map { $0.reveal() } == ["new-0123456789abcdef", "old-0123456789abcdef"]
        )
    }

    @Test("a base URL loses the slash at its end, and a public S3 endpoint falls back to the private one")
    func baseURLs() throws {
        let environment = Self.complete.merging([
            "STATE_MANAGER_URL": "http://state:80/", "S3_ENDPOINT": "http://[::1]:9000/",
        ]) { $1 }
        let configuration = try ServiceConfiguration(for: [.tenantService], environment: environment)
        #expect(configuration.url(of: .stateManager) == "http://state:80")
        #expect(try configuration.s3PublicEndpoint == "http://[::1]:9000")
    }

    @Test("a value that no role needs and nobody set is an error, not a crash")
    func unset() throws {
        let configuration = try ServiceConfiguration(for: [.tenantService], environment: Self.complete)
        #expect(throws: ConfigurationError.self) { try configuration.amqpURL }
    }

    @Test("help names every variable once, and every secret also as file")
    func help() {
        let names = ConfigurationVariable.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.contains("WHATSAPP_WEBHOOK_SERVICE_URL"))
        for variable in ConfigurationVariable.all {
            #expect(ConfigurationVariable.helpText.contains("  \(variable.name)\n"))
            #expect(ConfigurationVariable.helpText.contains(variable.fileName) == variable.isSecret)
        }
    }

    @Test("ports and names are unique, and ten roles are services of the relay")
    func services() {
        #expect(Set(ServiceName.allCases.map(\.defaultPort)).count == ServiceName.allCases.count)
        #expect(ServiceName.allCases.filter(\.isRelayService).count == 10)
    }

    @Test("a secret shows itself in no description, interpolation or mirror")
    func secret() {
        let secret = Secret("hunter2-hunter2")
        var dumped = ""
        dump(["nested": secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret == Secret("hunter2-hunter2"))
        #expect(secret != Secret("hunter2-hunter3"))
    }
}
