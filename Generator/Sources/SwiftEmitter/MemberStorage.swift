import ContractPlan

/// How a struct of many members keeps them: out of line, in one object that copies share, so that the value is passed, copied and
/// destroyed like a pointer. Its properties look like those of other structs.
struct MemberStorage {
    /// Most members of a struct that keeps them in itself.
    static let mostInline = 16

    /// The property that refers to the object.
    let property: String
    /// The type of what the object holds.
    let type: String
    /// A local variable for such members.
    let local: String

    /// Nil if the members are kept in the struct itself.
    init?(_ structure: StructurePlan, nested: [TypePlan]) {
        let stored = structure.properties.filter { $0.constant == nil }
        guard stored.count > Self.mostInline else { return nil }
        property = Self.free("memberStorage", in: Set(stored.map(\.swiftName)))
        local = Self.free("storedMembers", in: Set(stored.map(\.swiftName)))
        type = Self.free("StoredMembers", in: Set(nested.compactMap(\.name.path.last)))
    }

    private static func free(_ name: String, in taken: Set<String>) -> String {
        taken.contains(name) ? free(name + "Value", in: taken) : name
    }

    /// A property of the struct.
    func declare(_ name: String, escaped: String, type: String, isOutOfLine: Bool, into writer: inout CodeWriter) {
        let member = name + (isOutOfLine ? ".wrappedValue" : "")
        writer.block("public var \(escaped): \(type)") {
            $0.line("get { \(property).members.\(member) }")
            $0.line("set { MemberStorage.own(&\(property)).members.\(member) = newValue }")
        }
    }

    /// What the struct has in the place of stored properties.
    /// - Parameter members: Names and types.
    func declare(_ members: [(name: String, type: String)], into writer: inout CodeWriter) {
        writer.line("private var \(property): MemberStorage<\(type)>")
        writer.line()
        writer.line("/// The members, kept out of line.")
        writer.block("private struct \(type): Sendable, Hashable") { writer in
            for member in members { writer.line("var \(member.name): \(member.type)") }
        }
        writer.line()
        writer.block("private init(_ members: \(type))") { $0.line("\(property) = MemberStorage(members)") }
    }
}

extension PropertyPlan {
    /// What keeps the value out of line; nil if nothing does.
    var wrapper: String? { isBoxed ? "Boxed" : isIndirect ? "Indirect" : nil }
}
