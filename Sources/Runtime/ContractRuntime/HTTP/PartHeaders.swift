public import ContractJSON

/// Header fields of one part of a multipart body besides those that describe the part itself: what `encoding` lists under
/// `headers`.
public struct PartHeaders: Sendable {
    private var fields: [(name: String, value: String)] = []

    /// Creates a part's headers without any field.
    public init() {}

    /// Sets a header field; an absent value sets nothing.
    public mutating func header(
        _ name: String, _ value: (some ContractValue)?, _ style: ParameterForm.Style = .simple, explodes: Bool = false
    ) {
        guard let value else { return }
        let form = ParameterForm(style, explodes: explodes)
        add(name, ParameterEncoding(name: name, form: form).header(value.jsonValue))
    }

    mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

    /// The value of a field; several of one name are joined with commas (RFC 9110 §5.3).
    subscript(name: String) -> String? {
        let values = fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The lines of a part's head, each behind a line break. A value cannot begin a line of its own.
    var lines: String { fields.map { "\r\n\($0.name): \($0.value.filter { !$0.isNewline })" }.joined() }
}

/// What a part of a multipart body must have besides its value.
public struct PartRules: Sendable {
    /// Media types of which the part has one; ranges (`image/*`) among them. Empty: any.
    var contentTypes: [String]
    /// Names of the header fields that every part of the name has.
    var requiredHeaders: [String]

    /// Creates rules.
    public init(contentTypes: [String] = [], requiredHeaders: [String] = []) {
        self.contentTypes = contentTypes
        self.requiredHeaders = requiredHeaders
    }

    /// The media type that a value is sent with: the first that is no range.
    var contentType: String? { contentTypes.first { !$0.contains("*") } }

    /// What a part breaks. A part that names no media type has any.
    func violations(_ name: String, contentType: String?, _ headers: PartHeaders?) -> [ContractViolation] {
        let pointer = "/\(JSONPointer.escape(name))"
        var found = requiredHeaders.filter { headers?[$0] == nil }.map { header in
            ContractViolation(
                instancePointer: "\(pointer)/headers/\(JSONPointer.escape(header))", keyword: "required",
                schemaPointer: "", message: "the part \"\(name)\" has no header \"\(header)\"")
        }
        if let contentType, !contentTypes.isEmpty, !contentTypes.contains(where: { Self.covers($0, contentType) }) {
            found.append(
                ContractViolation(
                    instancePointer: pointer, keyword: "contentType", schemaPointer: "",
                    message: "the part is \(contentType); expected \(contentTypes.joined(separator: " or "))"))
        }
        return found
    }

    private static func covers(_ allowed: String, _ given: String) -> Bool {
        let allowed = essence(allowed)
        let given = essence(given)
        return allowed == given || allowed == "*/*" || allowed.hasSuffix("/*") && given.hasPrefix(allowed.dropLast())
    }

    private static func essence(_ type: String) -> String { type.prefix { $0 != ";" }.lowercased().trimmingSpaces }
}

/// A part of a multipart body that the contract does not name: what `additionalProperties` and `patternProperties` allow.
public struct MultipartPart: Sendable {
    /// What the part carries.
    public enum Content: Sendable {
        /// A value: a text, or a JSON text where it is no scalar.
        case value(JSONValue)
        /// A file.
        case file(MultipartFile)
    }

    /// Name of the part.
    public var name: String
    /// What it carries.
    public var content: Content

    /// Creates a part.
    public init(name: String, content: Content) {
        self.name = name
        self.content = content
    }
}
