public import ContractModel

/// The fields of a form.
public struct FormPlan: Sendable {
    /// Fields that the contract names.
    public var fields: [FieldPlan]
    /// What other fields become.
    public var rest: ParameterShape
}

/// How a form field or the text of a multipart part is written.
public struct FieldPlan: Sendable {
    /// Name on the wire.
    public var name: String
    /// `style`, or `json`.
    public var style: String
    /// `explode`.
    public var explodes: Bool
    /// `allowReserved`.
    public var allowsReserved: Bool
    /// What its text becomes.
    public var shape: ParameterShape
}

/// A multipart body.
public struct MultipartPlan: Sendable {
    /// Parts that the contract names.
    public var parts: [PartPlan]
    /// How parts that it does not name are written; nil if there are none to tell of.
    public var others: FieldPlan?
    /// What it says of the body as a whole.
    public var residuals: [Residual]
}

/// A part of a multipart body.
public struct PartPlan: Sendable {
    /// What the part is in Swift.
    public enum Kind: Sendable {
        /// A value of a schema; of none where several disagree, which the check of the whole body settles.
        case value(SchemaID?, Representation)
        /// A file.
        case file
        /// Any number of files of one name.
        case files
    }

    /// What the part is in Swift.
    public var kind: Kind
    /// Schemas besides the one that gives the type, which a value satisfies too.
    public var also: [SchemaID] = []
    /// Name on the wire and form of the text.
    public var field: FieldPlan
    /// Swift name without backticks.
    public var swiftName: String
    /// Media types from `encoding`.
    public var contentTypes: [String]
    /// Header fields from `encoding`.
    public var headers: [ParameterPlan]
    /// Whether it must be there.
    public var isRequired: Bool
    /// `description` of the member.
    public var summary: String?
}
