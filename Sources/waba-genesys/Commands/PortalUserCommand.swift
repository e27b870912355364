import AgentPortal
import ArgumentParser
import ContractJSON
import ContractRuntime
import Database
import Foundation
import ServiceKit

/// `waba-genesys portal-user …`
struct PortalUserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portal-user", abstract: "Create, change and list users of the portal.",
        discussion: """
            The first owner is made here; owners invite everybody else in the portal. Needs DATABASE_URL. Examples:
              waba-genesys portal-user invite ada@example.org --role owner
              waba-genesys portal-user unlock ada@example.org
              waba-genesys portal-user list --format json
            """,
        subcommands: [Invite.self, Put.self, Unlock.self, Disable.self, Enable.self, List.self])

    /// `waba-genesys portal-user invite NAME`
    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Invite a user: prints an address that works once, for seven days.",
            discussion: "Example: waba-genesys portal-user invite ada@example.org --role owner")

        @Argument(help: "Name under which the user signs in.") var name: String
        @Option(help: "viewer, operator or owner.") var role: Role = .viewer

        func run() async throws {
            try await withUsers { users, configuration in
                print(try configuration.portalBaseURL + (try await users.invite(name: name, role: role)))
            }
        }
    }

    /// `waba-genesys portal-user put NAME`
    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a user, or give one a new role and password; the password is a line of standard input.")

        @Argument(help: "Name under which the user signs in.") var name: String
        @Option(help: "viewer, operator or owner.") var role: Role = .viewer

        func run() async throws {
            guard let password = readLine(strippingNewline: true), !password.isEmpty else {
                throw ValidationError("no password on standard input")
            }
            try await withUsers { users, _ in try await users.put(name: name, role: role, password: password) }
        }
    }

    /// `waba-genesys portal-user list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the users with role and state.")

        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await withUsers { users, _ in
                let found = try await users.list()
                report.write(.object(JSONObject([("items", .array(found.map(\.jsonValue)))]))) {
                    var table = TextTable(["name", "role", "state", "last sign-in, UTC"])
                    for user in found {
                        table.add([user.name, user.role.rawValue, user.state, user.lastSignIn?.forTable ?? "never"])
                    }
                    return table.lines(
                        orElse: "no user; `waba-genesys portal-user invite NAME --role owner` makes the first")
                }
            }
        }
    }

    /// `waba-genesys portal-user unlock NAME`
    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a user in at once who is locked after wrong passwords; the password stays.",
            discussion: "Example: waba-genesys portal-user unlock ada@example.org")

        @Argument(help: "Name under which the user signs in.") var name: String

        func run() async throws {
            try await withUsers { users, _ in
                try await users.unlock(name: name)
                print("\(name) can sign in".forTerminal)
            }
        }
    }
}

extension PortalUserCommand {
    /// `waba-genesys portal-user disable NAME`
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a user out and end the sessions; what the user did stays in the audit log.",
            discussion: "Example: waba-genesys portal-user disable ada@example.org")

        @Argument(help: "Name under which the user signs in.") var name: String

        func run() async throws {
            try await withUsers { users, _ in
                try await users.set(isDisabled: true, name: name)
                print("\(name) is kept out".forTerminal)
            }
        }
    }

    /// `waba-genesys portal-user enable NAME`
    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a disabled user in again.",
            discussion: "Example: waba-genesys portal-user enable ada@example.org")

        @Argument(help: "Name under which the user signs in.") var name: String

        func run() async throws {
            try await withUsers { users, _ in
                try await users.set(isDisabled: false, name: name)
                print("\(name) can sign in".forTerminal)
            }
        }
    }
}

extension PortalUsers.Listed {
    fileprivate var jsonValue: JSONValue {
        var object = JSONObject([
            ("name", .string(name)), ("role", .string(role.rawValue)), ("state", .string(state)),
        ])
        if let lastSignIn { object["lastSignInAt"] = .string(lastSignIn.text) }
        return .object(object)
    }
}

extension Role: ExpressibleByArgument {}

/// Opens the portal's tables for a command.
private func withUsers(_ body: (PortalUsers, ServiceConfiguration) async throws -> Void) async throws {
    let configuration: ServiceConfiguration
    do {
        configuration = try ServiceConfiguration(
            for: [], needs: [.databaseURL], environment: ProcessEnvironment.variables)
    } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        throw ExitCode(78)
    }
    let pool = try DatabasePool(url: configuration.databaseURL.reveal())
    let outcome = await Result(catching: { try await body(PortalUsers(database: pool), configuration) })
    await pool.close()
    do { try outcome.get() } catch let error as PortalStartError {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        throw ExitCode(1)
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
