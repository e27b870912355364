/// The members of a JSON object in document order. Names are unique.
public struct JSONObject: Sendable {
    /// Where each name stands; nil as long as looking at all of them is quicker.
    private var positions: [ExactText: Int]?
    /// Names and values in document order.
    public private(set) var members: [(name: String, value: JSONValue)]

    /// Most members that are searched one by one.
    private static let mostWithoutPositions = 12

    /// An object without members.
    public init() {
        members = []
    }

    /// Members in order; of two equal names the later value takes the earlier place.
    public init(_ elements: some Sequence<(String, JSONValue)>) {
        self.init()
        for (name, value) in elements { self[name] = value }
    }

    /// Members in order, whose names are all different.
    init(distinct members: [(name: String, value: JSONValue)]) {
        self.members = members
        index()
    }

    private func position(_ name: String) -> Int? {
        if let positions { return positions[ExactText(name)] }
        return members.firstIndex { ExactText($0.name) == ExactText(name) }
    }

    private mutating func index() {
        positions = nil
        guard members.count > Self.mostWithoutPositions else { return }
        var known: [ExactText: Int] = [:]
        for (index, member) in members.enumerated() { known[ExactText(member.name)] = index }
        positions = known
    }

    /// The value of a member. Setting nil removes it; setting a new name appends it.
    public subscript(name: String) -> JSONValue? {
        get { position(name).map { members[$0].value } }
        set {
            switch (position(name), newValue) {
            case (let position?, let value?): members[position].value = value
            case (nil, let value?):
                members.append((name, value))
                if positions != nil {
                    positions?[ExactText(name)] = members.count - 1
                } else if members.count > Self.mostWithoutPositions {
                    index()
                }
            case (let position?, nil):
                members.remove(at: position)
                index()
            case (nil, nil): break
            }
        }
    }

    /// How many members there are.
    public var count: Int { members.count }
    /// Whether there is none.
    public var isEmpty: Bool { members.isEmpty }
    /// The names in document order.
    public var names: [String] { members.map(\.name) }
}

extension JSONObject: Hashable {
    /// Equal members, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    /// Hashes independently of order.
    public func hash(into hasher: inout Hasher) {
        var combined = 0
        for member in members {
            var memberHasher = Hasher()
            memberHasher.combine(ExactText(member.name))
            memberHasher.combine(member.value)
            combined ^= memberHasher.finalize()
        }
        hasher.combine(combined)
    }
}

extension JSONObject: Sequence {
    /// Iterates names and values in document order.
    public func makeIterator() -> IndexingIterator<[(name: String, value: JSONValue)]> { members.makeIterator() }
}
