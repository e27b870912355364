import ContractSource

/// What says something to people only: checked, so that a mistake in it is told.
extension OpenAPIReader {
    /// Contact, licence, tags and links of the document.
    func checkDocumentation() {
        if let contact = root["info"]?["contact"] {
            reader.checkFields(contact, of: "Contact Object", isHarmless: true, ["name", "url", "email"])
        }
        if let license = root["info"]?["license"] {
            reader.checkFields(license, of: "License Object", isHarmless: true, ["name", "identifier", "url"])
        }
        if let documentation = root["externalDocs"] { check(externalDocs: documentation) }
        guard let tags = root["tags"] else { return }
        reader.checkList(tags, "tags")
        for tag in tags.elements {
            reader.checkFields(tag, of: "Tag Object", isHarmless: true, ["name", "description", "externalDocs"])
            if tag.node.members != nil { _ = reader.required("name", of: tag, "Tag Object") }
            if let documentation = tag["externalDocs"] { check(externalDocs: documentation) }
        }
    }

    /// Documentation elsewhere.
    func check(externalDocs cursor: DocumentCursor) {
        reader.checkFields(cursor, of: "External Documentation Object", isHarmless: true, ["description", "url"])
        if cursor.node.members != nil, cursor.node["url"] == nil {
            reader.lapse(cursor, "The External Documentation Object has no url.", reason: "The field is required.")
        }
    }

    /// The flows of OAuth 2.
    func check(flows cursor: DocumentCursor) {
        let fields = [
            "implicit": ["authorizationUrl"], "password": ["tokenUrl"], "clientCredentials": ["tokenUrl"],
            "authorizationCode": ["authorizationUrl", "tokenUrl"],
        ]
        reader.checkFields(
            cursor, of: "OAuth Flows Object", ["implicit", "password", "clientCredentials", "authorizationCode"])
        for (name, flow) in cursor.entries {
            guard let addresses = fields[name] else { continue }
            reader.checkFields(
                flow, of: "OAuth Flow Object", ["authorizationUrl", "tokenUrl", "refreshUrl", "scopes"])
            for field in addresses + ["scopes"] where flow.node.members != nil && flow.node[field] == nil {
                reader.lapse(flow, "The flow \(name) has no \(field).", reason: "The field is required.")
            }
        }
    }
}
