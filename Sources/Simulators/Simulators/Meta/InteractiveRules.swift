import SimulatorContract
import WhatsAppGraphContract

// What Meta asks of a message beyond what a schema can say (messages and templates, December 2025).
extension SendMessageRequest {
    /// Refuses what WhatsApp would refuse.
    func checkRules() throws(GraphRefusal) {
        if let interactive { try interactive.checkRules() }
        if reaction != nil, context != nil { throw .invalidValue("a reaction can't be a reply") }
        for component in template?.components.value ?? [] {
            for parameter in component.parameters ?? [] {
                guard let text = parameter.text else { continue }
                if text.contains(where: { $0.isNewline || $0 == "\t" }) || text.contains("    ") {
                    throw GraphRefusal.template(
                        "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
                }
            }
        }
    }

    /// What there is to read in it.
    var readableText: String? { text?.body ?? interactive?.body?.text }
}

extension InteractiveObject {
    fileprivate func checkRules() throws(GraphRefusal) {
        let buttons = (action.buttons ?? []).compactMap(\.reply)
        let rows = (action.sections ?? []).flatMap { $0.rows ?? [] }
        guard Set(buttons.map(\.id)).count == buttons.count else { throw .interactive("Duplicate button ids") }
        guard Set(buttons.map(\.title)).count == buttons.count else { throw .interactive("Duplicate button titles") }
        guard Set(rows.map(\.id)).count == rows.count else { throw .interactive("Duplicate row ids") }
        guard rows.count <= 10 else { throw .interactive("Total row count exceeds 10") }
    }
}

extension TemplateObject {
    /// Refuses a template that is not approved in the language, and another number of values than it has placeholders.
    func check(against approved: [SimulatedTemplate]) throws(GraphRefusal) {
        guard let template = approved.first(where: { $0.name == name && $0.language == language?.code }) else {
            throw GraphRefusal(
                status: 404, code: 132001, message: "(#132001) Template name does not exist in the translation",
                details: "template name (\(name)) does not exist in \(language?.code ?? "no language")")
        }
        let values = (components.value ?? []).filter { $0.type == .body }.flatMap { $0.parameters ?? [] }.count
        guard values == template.bodyParameters else {
            throw GraphRefusal(
                status: 400, code: 132000,
                message: "(#132000) Number of parameters does not match the expected number of params",
                details: "body: number of localizable_params (\(values)) does not match the expected number of params "
                    + "(\(template.bodyParameters))")
        }
    }
}

extension GraphRefusal {
    fileprivate static func interactive(_ details: String) -> GraphRefusal {
        GraphRefusal(status: 400, code: 131009, message: "(#131009) Parameter value is not valid", details: details)
    }

    fileprivate static func template(_ details: String) -> GraphRefusal {
        GraphRefusal(
            status: 400, code: 132018, message: "(#132018) There's an issue with the parameters", details: details)
    }
}
