import ContractModel
import ContractPlan

/// Emits the security schemes of a document as types: what a client shows, and who judges it on a server.
struct SecurityEmitter {
    let base: String
    let title: String
    let schemes: [(name: String, scheme: APISecurityScheme)]

    /// What the credential of a scheme is in Swift; nil where HTTP does not carry it.
    private func type(_ scheme: APISecurityScheme) -> String? {
        switch scheme.kind {
        case .httpBearer, .oauth2, .openIDConnect, .apiKey: "String"
        case .httpBasic: "ClientCredentials.Basic"
        case .httpOther, .mutualTLS: nil
        }
    }

    private var carried: [(name: String, swiftName: String, type: String, scheme: APISecurityScheme)] {
        schemes.compactMap { name, scheme in
            type(scheme).map { (name, SwiftNaming.plainMemberName(name), $0, scheme) }
        }
    }

    func emit(client: Bool, server: Bool, into writer: inout CodeWriter) {
        if client { credentials(&writer) }
        if client, server { writer.line() }
        if server { authenticator(&writer) }
    }

    private func escaped(_ name: String) -> String { SwiftNaming.isKeyword(name) ? "`\(name)`" : name }

    private func credentials(_ writer: inout CodeWriter) {
        writer.documentation("What a client of \(title) shows, by security scheme.", fallback: "")
        writer.block("public struct \(base)Credentials: Sendable, Hashable") { writer in
            for entry in carried {
                writer.documentation(entry.scheme.summary, fallback: "The credential of the scheme `\(entry.name)`.")
                writer.line("public var \(escaped(entry.swiftName)): \(entry.type)?")
            }
            writer.line()
            writer.line("/// Creates credentials; those that are left out are not shown.")
            let list = carried.map { "\(escaped($0.swiftName)): \($0.type)? = nil" }.joined(separator: ", ")
            writer.block("public init(\(list))") {
                for entry in carried { $0.line("self.\(entry.swiftName) = \(escaped(entry.swiftName))") }
            }
            writer.line()
            writer.line("/// The same by scheme names, as the client carries them.")
            writer.block("public var credentials: ClientCredentials") { writer in
                writer.line("\(carried.isEmpty ? "let" : "var") credentials = ClientCredentials()")
                for entry in carried {
                    let target = entry.type == "String" ? "keys" : "logins"
                    writer.line("credentials.\(target)[\(entry.name.literal)] = \(escaped(entry.swiftName))")
                }
                writer.line("return credentials")
            }
        }
    }

    private func authenticator(_ writer: inout CodeWriter) {
        writer.documentation(
            "Judges the credentials of \(title). There are no default implementations: a new scheme breaks the build until it is judged.",
            fallback: "")
        writer.line("///")
        writer.line("/// Each gives who calls, or nil if the credential is wrong; comparisons must take constant time.")
        writer.block("public protocol \(base)SchemeJudge: Sendable") { writer in
            for (name, scheme) in schemes {
                let member = escaped(SwiftNaming.plainMemberName(name))
                writer.documentation(scheme.summary, fallback: "Judges the scheme `\(name)`.")
                let credential = type(scheme).map { "_ credential: \($0), " } ?? ""
                writer.line(
                    "func \(member)(\(credential)scopes: [String], of request: ContractRequest) async -> Principal?")
            }
        }
        writer.line()
        writer.line("/// Takes the credential of a scheme out of a request and has it judged.")
        writer.block("public struct \(base)Authenticator<Judge: \(base)SchemeJudge>: Authenticator") { writer in
            writer.line("private let judge: Judge")
            writer.line()
            writer.line("/// Creates an authenticator.")
            writer.line("public init(_ judge: Judge) { self.judge = judge }")
            writer.line()
            writer.line("/// Who calls, or nil if the credential is missing or wrong.")
            writer.line("public func principal(")
            writer.indented { $0.line("of request: ContractRequest, for requirement: SecurityRequirement") }
            writer.block(") async -> Principal?") { writer in
                writer.line("switch requirement.scheme {")
                for (name, scheme) in schemes { self.judge(name, scheme, &writer) }
                writer.line("default: return nil")
                writer.line("}")
            }
        }
    }

    private func judge(_ name: String, _ scheme: APISecurityScheme, _ writer: inout CodeWriter) {
        let member = escaped(SwiftNaming.plainMemberName(name))
        writer.line("case \(name.literal):")
        writer.indented { writer in
            guard let type = type(scheme) else {
                writer.line("return await judge.\(member)(scopes: requirement.scopes, of: request)")
                return
            }
            let source = type == "String" ? "key" : "login"
            writer.line(
                "guard let credential = PresentedCredential.\(source)(in: request, as: requirement.kind) else { return nil }"
            )
            writer.line("return await judge.\(member)(credential, scopes: requirement.scopes, of: request)")
        }
    }
}
