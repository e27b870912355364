public import ContractSource

/// Turns OpenAPI 3.0 and Swagger 2.0 documents into OpenAPI 3.1, whose schemas are JSON Schema 2020-12.
///
/// What the older version says in other words is rewritten; what it cannot say is left to the reader of the result.
/// Places of the result are those of the written document.
public struct DocumentConversion {
    /// The document in OpenAPI 3.1.
    public let document: SourceNode
    /// What was rewritten with a choice or a loss, in document order.
    public let notes: [ConversionNote]

    /// Versions that are read by conversion.
    public enum Version: String, Sendable {
        case openAPI30 = "OpenAPI 3.0"
        case swagger20 = "Swagger 2.0"
    }

    /// The version of a document that needs conversion; nil for every other document.
    public static func version(of root: SourceNode) -> Version? {
        if root["openapi"]?.string?.hasPrefix("3.0.") == true { return .openAPI30 }
        let swagger = root["swagger"]
        return swagger?.string == "2.0" || swagger?.number?.text == "2.0" ? .swagger20 : nil
    }

    /// The conversion of a document; nil if it is of no older version.
    public init?(_ root: SourceNode) {
        guard let version = Self.version(of: root) else { return nil }
        let notes = NoteLog()
        switch version {
        case .openAPI30:
            document = OpenAPI30Conversion(notes: notes, directions: SchemaDirections(root: root)).document(root)
                .placed()
        case .swagger20:
            document = Swagger20Conversion(
                root: root, notes: notes, directions: SchemaDirections(root: root)
            ).document().placed()
        }
        self.notes = notes.notes
    }
}

/// Something that the converted document says otherwise than the written one.
public struct ConversionNote: Sendable {
    /// Where it stands in the written document.
    public let node: SourceNode
    /// What became of it.
    public let message: String
    /// Why.
    public let reason: String
    /// What to do, where there is something.
    public let remedy: String?
}

/// Collects notes while the parts of a document are converted.
final class NoteLog {
    private(set) var notes: [ConversionNote] = []

    func add(_ node: SourceNode, _ message: String, reason: String, remedy: String? = nil) {
        notes.append(ConversionNote(node: node, message: message, reason: reason, remedy: remedy))
    }
}
