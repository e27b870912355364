public import ContractModel

/// One change between two versions.
public struct ContractChange: Sendable, Hashable {
    /// What it means to those who keep to the other version.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Somebody's documents are refused; there is a witness.
        case breaking
        /// The texts differ in a way that may break somebody, but no witness was found.
        case undecided
        /// Nobody's documents are refused.
        case compatible
    }

    /// What it means.
    public var kind: Kind
    /// Which version refuses; nil where none does.
    public var direction: Direction?
    /// Places that it shows at, each with a witness of its own where it breaks.
    public var seams: [String]
    /// Where it stands in the new version; in the old one if the new has it no more.
    public var location: SourceLocation
    /// Place in the document; empty for the whole.
    public var pointer: String
    /// The keyword that changed.
    public var keyword: String?
    /// What changed, in words.
    public var text: String
    /// The proof, at the first of the places.
    public var witness: Witness?

    init(
        kind: Kind, direction: Direction? = nil, seams: [String], location: SourceLocation, pointer: String = "",
        keyword: String? = nil, text: String, witness: Witness? = nil
    ) {
        self.kind = kind
        self.direction = direction
        self.seams = seams
        self.location = location
        self.pointer = pointer
        self.keyword = keyword
        self.text = text
        self.witness = witness
    }
}
