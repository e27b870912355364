/// The Swift name of a generated type: its module and the path of nested names.
public struct TypeName: Sendable, Hashable {
    /// The module that declares it.
    public var module: String
    /// Outermost name first.
    public var path: [String]

    /// Creates a name.
    public init(module: String, path: [String]) {
        self.module = module
        self.path = path
    }

    /// `Outer.Inner`.
    public var dotted: String { path.joined(separator: ".") }

    /// A type nested in this one.
    public func nesting(_ name: String) -> TypeName { TypeName(module: module, path: path + [name]) }
}

/// How Swift represents the values of a schema.
public indirect enum Representation: Sendable, Hashable {
    /// `JSONValue`; every keyword is checked besides.
    case any
    /// `JSONObject`.
    case freeObject
    /// `String`.
    case string
    /// `Bool`.
    case bool
    /// `Int`; the schema allows no integer beyond 64 bits.
    case integer
    /// `JSONNumber` without a fraction: integers of any size.
    case wholeNumber
    /// `Double`.
    case number
    /// `DateTime`.
    case dateTime
    /// `[Element]`; `isIsolated` makes it `[Isolated<Element>]`.
    case array(Representation, isIsolated: Bool)
    /// `[String: Value]`.
    case dictionary(Representation)
    /// A generated struct or enum.
    case generated(TypeName)
    /// `Wrapped?`, where nil stands for `null`.
    case nullable(Representation)

    /// Whether values have a decoder of their own type and nothing else needs to be checked.
    public var isGenerated: Bool {
        if case .generated = self { return true }
        return false
    }

    /// Modules that the spelled type needs.
    public var modules: Set<String> {
        switch self {
        case .array(let element, _), .dictionary(let element), .nullable(let element): element.modules
        case .generated(let name): [name.module]
        default: []
        }
    }
}
