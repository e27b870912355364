import ContractJSON
import ContractRuntime

/// An element of a webhook without what Meta's contract refuses in it, where that is nothing that the element is about: a
/// member that is null, which is one that is not there, or a member beside the content (where a message came from, how it
/// is billed). So that a slip there costs neither the message nor the status.
struct SparedElement<Element: ContractValue> {
    let element: Element
    /// As it goes on.
    let update: JSONObject

    /// Members beside the content of a message or status; each may be missing.
    private static var beside: Set<String> {
        [
            "context", "referral", "identity", "errors", "origin", "history_context", "conversation", "pricing",
            "profile",
        ]
    }

    /// Most members that are given up; what breaks its contract in more places is nothing that can be trusted.
    private static var mostMembers: Int { 16 }

    /// - Returns: nil where the content itself is refused.
    init?(_ broken: JSONValue) {
        var value = broken
        for _ in 0...Self.mostMembers {
            do throws(ContractDecodingError) {
                element = try Element(json: value)
                update = value.object ?? JSONObject()
                return
            } catch {
                let expendable = error.violations.lazy.compactMap { Self.expendable($0.instancePointer, in: value) }
                guard let path = expendable.first else { return nil }
                value = value.removing(path[...])
            }
        }
        return nil
    }

    /// The member that has to go for a violation; nil where it is what the element is about.
    private static func expendable(_ pointer: String, in value: JSONValue) -> [String]? {
        let path = pointer.split(separator: "/").map { name in
            String(name).replacing("~1", with: "/").replacing("~0", with: "~")
        }
        guard let first = path.first else { return nil }
        if value.value(at: pointer)?.isNull == true { return path }
        return beside.contains(first) && value.object?[first] != nil ? [first] : nil
    }
}

extension JSONValue {
    fileprivate var isNull: Bool { if case .null = self { true } else { false } }

    /// The value without the member at a path; members of elements of arrays included.
    fileprivate func removing(_ path: ArraySlice<String>) -> JSONValue {
        guard let name = path.first else { return self }
        let rest = path.dropFirst()
        switch self {
        case .object(var object):
            object[name] = rest.isEmpty ? nil : object[name]?.removing(rest)
            return .object(object)
        case .array(var elements):
            guard let index = Int(name), elements.indices.contains(index) else { return self }
            if rest.isEmpty { elements.remove(at: index) } else { elements[index] = elements[index].removing(rest) }
            return .array(elements)
        default: return self
        }
    }
}
