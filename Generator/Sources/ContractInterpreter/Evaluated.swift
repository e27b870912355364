import ContractJSON

/// What the subschemas of a schema looked at in a value, for `unevaluatedItems` and `unevaluatedProperties`.
struct Evaluated {
    var hasAllProperties = false
    var properties: Set<ExactText> = []
    var hasAllItems = false
    /// Elements before this index.
    var prefixCount = 0
    /// Single elements that `contains` matched.
    var items: Set<Int> = []

    mutating func merge(_ other: Evaluated) {
        hasAllProperties = hasAllProperties || other.hasAllProperties
        properties.formUnion(other.properties)
        hasAllItems = hasAllItems || other.hasAllItems
        prefixCount = max(prefixCount, other.prefixCount)
        items.formUnion(other.items)
    }

    func contains(item index: Int) -> Bool { hasAllItems || index < prefixCount || items.contains(index) }

    func contains(property name: String) -> Bool { hasAllProperties || properties.contains(ExactText(name)) }
}
