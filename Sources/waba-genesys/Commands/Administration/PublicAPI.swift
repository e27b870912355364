import AgentPortal
import ArgumentParser
import ContractRuntime
import Foundation
import HTTPTransport
import ServiceKit
import SharedContract
import StateManagerContract
import TenantServiceContract

/// The public API as commands reach it: the gateway at API_GATEWAY_URL, with ADMIN_API_KEY.
struct PublicAPI: Sendable {
    let tenants: TenantServiceClient
    let state: StateManagerClient
    let gatewayURL: String

    /// Takes the address and the key.
    init(transport: any ClientTransport, adminKey: Secret, gatewayURL: String) {
        let credentials = ClientCredentials(bearerToken: adminKey.reveal())
        tenants = TenantServiceClient(transport: transport, credentials: credentials)
        state = StateManagerClient(transport: transport, credentials: credentials)
        self.gatewayURL = gatewayURL
    }

    /// Reads the environment, runs a command and says on standard error what went wrong: exit code 78 for the
    /// configuration, 1 for everything else.
    static func run(_ body: (PublicAPI) async throws -> Void) async throws {
        let configuration: ServiceConfiguration
        do {
            configuration = try ServiceConfiguration(
                for: [], needs: [.adminAPIKey], environment: ProcessEnvironment.variables)
        } catch {
            CommandFailure.say("\(error)")
            throw ExitCode(78)  // EX_CONFIG of sysexits.h
        }
        let url = configuration.url(of: .apiGateway)
        do {
            try await body(
                PublicAPI(
                    transport: try CurlTransport(baseURL: url, engine: try CurlEngine()),
                    adminKey: try configuration.adminAPIKeys.first ?? Secret(""), gatewayURL: url))
        } catch let failure as CommandFailure {
            CommandFailure.say(failure.reason)
            throw ExitCode(1)
        }
    }

    /// Calls an operation; what keeps it from being answered becomes a sentence.
    func ask<Output>(_ call: () async throws(ClientError) -> Output) async throws(CommandFailure) -> Output {
        do throws(ClientError) {
            return try await call()
        } catch {
            throw CommandFailure(error, gatewayURL: gatewayURL)
        }
    }
}

/// Why a command did not do what it was asked; for the person who typed it.
struct CommandFailure: Error, Sendable, Hashable, CustomStringConvertible {
    let reason: String

    var description: String { reason }

    init(_ reason: String) { self.reason = reason }

    init(_ error: ClientError, gatewayURL: String) {
        switch error {
        case .transport(let error):
            reason = "\(gatewayURL) gives no answer (\(error.reason)). Set API_GATEWAY_URL to where the gateway is."
        case .invalidRequest(let violations):
            reason = violations.map { Self.line($0.instancePointer, $0.message) }.joined(separator: "\n")
        case .invalidResponse(let status, _, let error):
            reason = "the answer \(status) of \(gatewayURL) breaks its contract: \(error)"
        }
    }

    /// The refusal that an outcome of a generated client carries.
    static func refused(_ output: Any) -> CommandFailure {
        guard let value = Mirror(reflecting: output).children.first?.value else {
            return CommandFailure("unexpected answer: \(output)")
        }
        // A lone value stands for itself, several ones are a tuple.
        let problem = value as? Problem ?? Mirror(reflecting: value).children.first?.value as? Problem
        if let problem, problem.status == 401 { return CommandFailure("the gateway refuses ADMIN_API_KEY") }
        if let problem {
            let places = (problem.violations ?? []).map { "\n  " + line($0.pointer, $0.message) }
            return CommandFailure(
                [problem.title, problem.detail].compactMap(\.self).joined(separator: ": ") + places.joined())
        }
        if let response = value as? ContractResponse {
            return CommandFailure("unexpected answer: status \(response.status)")
        }
        return CommandFailure("unexpected answer: \(String(describing: output).prefix(200))")
    }

    /// A violation: where, and what is expected there.
    static func line(_ pointer: String, _ message: String) -> String {
        "\(pointer): \(EnteredField.inWords(message, at: pointer))"
    }

    static func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
