public import ContractJSON
public import ContractModel

/// One generated type.
public struct TypePlan: Sendable {
    /// Its name.
    public var name: TypeName
    /// The schema it stands for.
    public var schema: SchemaID
    /// What it looks like.
    public var shape: Shape
    /// Types nested in it.
    public var nested: [TypePlan] = []

    /// What a generated type looks like.
    public enum Shape: Sendable {
        /// A struct with a stored property a member.
        case structure(StructurePlan)
        /// An enum of strings.
        case strings(StringsPlan)
        /// An enum with a payload a branch.
        case union(UnionPlan)
        /// A type alias and a decoder for it.
        case alias(Representation)
    }
}

/// A struct.
public struct StructurePlan: Sendable {
    /// Members in document order.
    public var properties: [PropertyPlan]
    /// Required members without a property, with the schema whose `required` says so.
    public var otherRequired: [(name: String, at: SourceLocation)]
    /// What becomes of members without a property.
    public var additional: Additional
    /// Checks that the properties do not cover.
    public var residuals: [Residual]

    /// What becomes of members without a property.
    public enum Additional: Sendable {
        /// Kept in `unknownMembers`.
        case kept
        /// Refused; the schema and its keyword that say so: `additionalProperties` or `unevaluatedProperties`.
        case refused(SourceLocation, keyword: String)
        /// Typed, in `additionalMembers`.
        case typed(SchemaID, Representation)
    }
}

/// A stored property.
public struct PropertyPlan: Sendable {
    /// Name on the wire.
    public var name: String
    /// Swift name without backticks.
    public var swiftName: String
    /// Every schema that applies to the member; the first one gives the type.
    public var schemas: [SchemaID]
    /// How it is stored.
    public var representation: Representation
    /// Whether the member must be there, and the schema whose `required` says so.
    public var requiredAt: SourceLocation?
    /// The constant it always has; then it is not stored.
    public var constant: JSONValue?
    /// A default in a closed contract, as a value of `representation`.
    public var defaultValue: JSONValue?
    /// Whether storing it inline would make the type contain itself.
    public var isIndirect: Bool
    /// Whether the value is large and often absent, so that it is stored out of line where it is there.
    public var isBoxed: Bool

    /// Whether the member must be there.
    public var isRequired: Bool { requiredAt != nil }
    /// Whether absent and null differ: ``Presence``.
    public var isThreeState: Bool {
        guard case .nullable = representation else { return false }
        return !isRequired
    }
}

/// Keywords of a schema that a decoder must check besides building its value.
public struct Residual: Sendable, Hashable {
    /// The schema.
    public var schema: SchemaID
    /// Keywords that are covered already.
    public var covered: Set<String>

    /// Creates a residual.
    public init(schema: SchemaID, covered: Set<String>) {
        self.schema = schema
        self.covered = covered
    }
}

/// An enum of strings.
public struct StringsPlan: Sendable {
    /// Values on the wire with their case names, in document order.
    public var cases: [(value: String, name: String)]
    /// Whether values besides are kept as `.unknown`.
    public var isOpen: Bool
    /// Checks besides (`pattern`, `maxLength`, …).
    public var residual: Residual?
}

/// An enum with a payload a branch.
public struct UnionPlan: Sendable {
    /// Branches in document order.
    public var branches: [UnionBranch]
    /// How the branch is found.
    public var dispatch: UnionDispatch
    /// `oneOf` or `anyOf`; what limits the kinds (`type`, `enum`, `const`) where the cases are kinds of one schema.
    public var keyword: String
    /// Checks besides.
    public var residual: Residual?
}

/// One branch of a union.
public struct UnionBranch: Sendable {
    /// Case name.
    public var name: String
    /// Its schema.
    public var schema: SchemaID
    /// Its payload.
    public var representation: Representation
    /// Tag value, for dispatch by tag.
    public var tag: String?
    /// JSON types, for dispatch by kind.
    public var types: Set<JSONType>
}

/// How the branch of a union is found.
public enum UnionDispatch: Sendable, Hashable {
    /// By the constant of one required member: proof that at most one branch matches.
    case tag(member: String)
    /// By disjoint JSON kinds.
    case kind
    /// By trying all and counting: exactly one (`oneOf`) or the first of several (`anyOf`).
    case count
}
