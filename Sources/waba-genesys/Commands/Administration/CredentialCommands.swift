import ArgumentParser
import ContractJSON
import ContractRuntime
import Foundation
import SharedContract
import TenantServiceContract

extension TenantCommand {
    /// `waba-genesys tenant put-credential …`
    struct PutCredential: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "put-credential", abstract: "Store a credential; the JSON object is read from standard input.",
            discussion: """
                One that replaces another is tried at the platform first, and stored only if the platform takes it. Secrets
                never stand on the command line. Example:
                  waba-genesys tenant put-credential ID whatsapp < whatsapp.json
                """)

        @Argument(help: "Id of the tenant.") var id: String
        @Argument(help: "whatsapp or genesys.") var type: CredentialType
        @OptionGroup var trial: TrialOptions
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let bytes = Array(FileHandle.standardInput.readDataToEndOfFile())
                let credential = try Self.credential(bytes, type)
                let output = try await api.ask { () throws(ClientError) in
                    try await api.tenants.putCredential(
                        .init(tenantId: id, credentialType: type, storeAnyway: trial.storeAnyway, body: credential))
                }
                switch output {
                case .ok(let summary): report.write(summary.jsonValue) { summary.lines }
                case .conflict(let problem): throw TrialOptions.failure(problem)
                default: throw CommandFailure.refused(output)
                }
            }
        }

        /// The type stands on the command line already and need not be repeated.
        static func credential(_ bytes: [UInt8], _ type: CredentialType) throws -> Credential {
            var object = try JSONObject(standardInput: bytes)
            object["type"] = .string(type.rawValue)
            return try CommandFailure.decoding("credential") {
                try Credential(json: JSONValue.object(object).jsonBytes)
            }
        }
    }

    /// `waba-genesys tenant change-credential …`
    struct ChangeCredential: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "change-credential",
            abstract: "Change members of a credential, rotate a secret; a JSON object is read from standard input.",
            discussion: """
                What the object does not name stays, null removes. What the platform is asked with is tried first, and stored
                only if the platform takes it; a former app secret or webhook secret is accepted until it is removed. Examples:
                  echo '{"accessToken": "…"}' | waba-genesys tenant change-credential ID whatsapp
                  echo '{"renewWebhookSecret": true}' | waba-genesys tenant change-credential ID genesys
                  echo '{"previousAppSecret": null}' | waba-genesys tenant change-credential ID whatsapp
                """)

        @Argument(help: "Id of the tenant.") var id: String
        @Argument(help: "whatsapp or genesys.") var type: CredentialType
        @OptionGroup var trial: TrialOptions
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let object = try JSONObject(standardInput: Array(FileHandle.standardInput.readDataToEndOfFile()))
                let patch = try CommandFailure.decoding("change of a credential") {
                    try CredentialPatch(json: JSONValue.object(object).jsonBytes)
                }
                let output = try await api.ask { () throws(ClientError) in
                    try await api.tenants.patchCredential(
                        .init(tenantId: id, credentialType: type, storeAnyway: trial.storeAnyway, body: patch))
                }
                switch output {
                case .ok(let summary): report.write(summary.jsonValue) { summary.lines }
                case .conflict(let problem): throw TrialOptions.failure(problem)
                default: throw CommandFailure.refused(output)
                }
            }
        }
    }
}

/// Whether a credential has to pass its trial.
struct TrialOptions: ParsableArguments {
    @Flag(help: "Store it without a trial; messages wait until the platform takes it.") var storeAnyway = false

    /// What keeps it from being stored, and the way past it.
    static func failure(_ problem: Problem) -> CommandFailure {
        CommandFailure("\(problem.detail ?? problem.title) --store-anyway stores it without a trial.")
    }
}

extension CredentialSummary {
    /// Which one, and its members, masked.
    fileprivate var lines: [String] {
        var table = TextTable([])
        for member in members { table.add([member.name, member.value]) }
        return ["\(type.rawValue) stored, key \(keyId)"] + table.lines
    }
}

extension JSONObject {
    /// What standard input holds.
    fileprivate init(standardInput bytes: [UInt8]) throws(CommandFailure) {
        guard case .object(let object)? = try? JSONValue(parsing: bytes) else {
            throw CommandFailure("standard input holds no JSON object")
        }
        self = object
    }
}

extension CommandFailure {
    /// Reads a value by its contract; what is wrong with it is said line by line.
    fileprivate static func decoding<Value>(_ what: String, _ read: () throws -> Value) throws(CommandFailure) -> Value
    {
        do {
            return try read()
        } catch ContractDecodingError.violations(let violations) {
            throw CommandFailure(violations.map { line($0.instancePointer, $0.message) }.joined(separator: "\n"))
        } catch {
            throw CommandFailure("standard input holds no \(what): \(error)")
        }
    }
}
