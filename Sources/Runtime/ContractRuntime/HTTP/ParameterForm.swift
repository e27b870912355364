import ContractJSON

/// How a parameter, form field or header stands on the wire (OpenAPI 3.1 §4.8.12.2), and what its text can mean.
public struct ParameterForm: Sendable {
    /// Styles of serialisation.
    public enum Style: Sendable, Hashable {
        /// `a,b`: path and header.
        case simple
        /// `.a.b`: path.
        case label
        /// `;name=a;name=b`: path.
        case matrix
        /// `name=a&name=b`: query, cookie and form body.
        case form
        /// `name=a%20b`: query.
        case spaceDelimited
        /// `name=a%7Cb`: query.
        case pipeDelimited
        /// `name%5Bmember%5D=a`: query.
        case deepObject
        /// A JSON text: `content` with a JSON media type.
        case json
    }

    /// What the text becomes before the contract judges it.
    public indirect enum Shape: Sendable {
        /// A string.
        case text
        /// A number or truth value; other text stays a string, which the contract then refuses.
        case literal
        /// A list.
        case list(Shape)
        /// Members by name; `rest` for names that are not listed.
        case object([String: Shape], rest: Shape? = nil)
        /// The first of these that the contract accepts.
        case choice([Shape])
    }

    /// The style.
    public var style: Style
    /// Whether elements and members stand apart.
    public var explodes: Bool
    /// Whether reserved characters stay as they are (`allowReserved`).
    public var allowsReserved: Bool
    /// What the text becomes.
    public var shape: Shape
    /// Names of other parameters, which an exploded object with free members must not take.
    public var others: Set<String>
    /// Whether an empty text counts as no value where the contract refuses it (`allowEmptyValue`).
    public var allowsEmpty: Bool

    /// Creates a form.
    public init(
        _ style: Style, explodes: Bool = false, allowsReserved: Bool = false, _ shape: Shape = .text,
        others: Set<String> = [], allowsEmpty: Bool = false
    ) {
        self.style = style
        self.explodes = explodes
        self.allowsReserved = allowsReserved
        self.shape = shape
        self.others = others
        self.allowsEmpty = allowsEmpty
    }

    /// Whether each element of a list is a text of its own, although it is JSON.
    var isListOfTexts: Bool { if case .list = shape { style == .json && explodes } else { false } }

    /// The form of a part that the contract does not name: containers are JSON texts where the style has no place for them.
    func ofOther(_ value: JSONValue) -> ParameterForm {
        switch value {
        case .object: ParameterForm(.json)
        case .array(let elements) where elements.contains { $0.array != nil || $0.object != nil }: ParameterForm(.json)
        default: self
        }
    }
}
