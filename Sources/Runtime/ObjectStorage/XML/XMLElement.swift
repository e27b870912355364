/// An element of a small XML document: what S3's answers are made of. Attributes and namespaces are not kept.
struct XMLElement: Hashable {
    /// Local name, without a namespace prefix.
    let name: String
    /// Character data of the element itself, without that of its children.
    var text = ""
    var children: [XMLElement] = []

    /// The first child of a name.
    subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

    /// All children of a name, in order.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// Why a document was refused.
struct XMLError: Error, Hashable {
    let reason: String
    /// Byte position in the document.
    let position: Int
}
