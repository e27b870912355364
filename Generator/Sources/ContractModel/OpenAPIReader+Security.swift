import ContractJSON
import ContractSource

extension OpenAPIReader {
    /// `components.securitySchemes`.
    func securitySchemes() -> [(name: String, scheme: APISecurityScheme)] {
        (root["components"]?["securitySchemes"]?.freeEntries ?? []).compactMap { entry in
            scheme(entry.value).map { (entry.name, $0) }
        }
    }

    private func scheme(_ cursor: DocumentCursor) -> APISecurityScheme? {
        if let address = cursor.node["$ref"]?.string, address.hasPrefix("https://"),
            reader.builder.isTolerant(root.document)
        {
            reader.lapse(cursor, "\(address) is not read.", reason: "Contracts are read from local files only.")
            return nil
        }
        guard let target = reader.dereference(cursor) else { return nil }
        reader.checkFields(
            target,
            of: "Security Scheme Object",
            ["type", "description", "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl"]
        )
        guard let type = reader.required("type", of: target, "Security Scheme Object"),
            let kind = kind(type, target)
        else { return nil }
        return APISecurityScheme(kind: kind, summary: reader.optional("description", of: target))
    }

    private func kind(_ type: String, _ cursor: DocumentCursor) -> APISecurityScheme.Kind? {
        switch type {
        case "http":
            guard let scheme = reader.required("scheme", of: cursor, "Security Scheme Object") else { return nil }
            switch scheme.lowercased() {
            case "bearer": return .httpBearer
            case "basic": return .httpBasic
            default: return .httpOther(scheme)
            }
        case "apiKey":
            guard let name = reader.required("name", of: cursor, "Security Scheme Object"),
                let place = reader.required("in", of: cursor, "Security Scheme Object")
            else { return nil }
            guard let place = APIParameter.Place(rawValue: place), place != .path else {
                log.error(
                    cursor.node["in"] ?? cursor.node, "An API key is carried in query, header or cookie.",
                    remedy: NearestName.of(place, among: ["query", "header", "cookie"]).map { "Did you mean \($0)?" })
                return nil
            }
            return .apiKey(name: name, place: place)
        case "oauth2":
            if let flows = cursor["flows"], flows.node.members != nil {
                check(flows: flows)
            } else {
                reader.lapse(cursor, "The scheme of OAuth 2 has no flows.", reason: "The field is required.")
            }
            return .oauth2
        case "openIdConnect":
            return reader.required("openIdConnectUrl", of: cursor, "Security Scheme Object")
                .map { .openIDConnect(url: $0) }
        case "mutualTLS": return .mutualTLS
        default:
            let known = ["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]
            log.error(
                cursor.node["type"] ?? cursor.node,
                "\(type) is no type of a security scheme.",
                reason: "The types are \(known.joined(separator: ", ")).",
                remedy: NearestName.of(type, among: known).map { "Did you mean \($0)?" }
            )
            return nil
        }
    }

    /// Alternatives of scheme sets.
    func requirements(_ cursor: DocumentCursor) -> [[(scheme: String, scopes: [String])]] {
        reader.checkList(cursor, "security")
        let known = root["components"]?["securitySchemes"]?.node.members?.map(\.name) ?? []
        return cursor.elements.map { alternative in
            alternative.freeEntries.map { entry in
                if !known.contains(entry.name) {
                    reader.lapse(
                        entry.value,
                        "There is no security scheme \(entry.name).",
                        reason:
                            "components.securitySchemes has \(known.isEmpty ? "none" : known.joined(separator: ", ")).",
                        remedy: NearestName.of(entry.name, among: known).map { "Did you mean \($0)?" }
                    )
                }
                return (entry.name, entry.value.elements.compactMap { reader.string($0.node, "A scope") })
            }
        }
    }
}
