import ContractRuntime
import ServiceKit
import SharedContract

/// The addresses that a Genesys credential may name, beyond what its contract says: paths are appended to them, so that a
/// query or a fragment would swallow the path, and a user and password would stand in logs and go to whoever answers.
enum BaseAddresses {
    /// What is wrong with them, by member.
    static func violations(of credential: Credential) -> [Violation] {
        guard case .genesys(let genesys) = credential else { return [] }
        let example = [
            "apiBaseUrl": "https://api.mypurecloud.de", "loginBaseUrl": "https://login.mypurecloud.de",
        ]
        return [("apiBaseUrl", genesys.apiBaseUrl), ("loginBaseUrl", genesys.loginBaseUrl)].compactMap {
            name, address in
            guard let address, let problem = ValueForm.problemOfBaseAddress(address) else { return nil }
            return Violation(
                pointer: "/\(name)", keyword: "format",
                schemaPointer: "Specs/schemas/credentials.yaml#/$defs/GenesysCredential/properties/\(name)",
                message: "\(name) \(problem); expected an address as \(example[name] ?? "")")
        }
    }
}
