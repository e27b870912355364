import ContractJSON

/// Takes from a witness what does not matter: members, elements and ends of texts without which both verdicts stay the same.
struct WitnessReduction {
    /// Most documents tried for one witness.
    private static let maximumTries = 240
    /// Length from which texts are shortened, in characters.
    private static let longText = 24

    private let verdict: (JSONValue) -> Witness?
    private var best: Witness?
    private var tries = 0

    /// - Parameter verdict: The document as a witness of the same difference; nil if it is none.
    init(verdict: @escaping (JSONValue) -> Witness?) { self.verdict = verdict }

    /// The smallest witness that was found.
    mutating func smallest(_ witness: Witness) -> Witness {
        best = witness
        _ = reduced(witness.document) { $0 }
        return best ?? witness
    }

    /// - Parameter document: The whole document with another value in this one's place.
    private mutating func reduced(_ value: JSONValue, _ document: (JSONValue) -> JSONValue) -> JSONValue {
        switch value {
        case .object(let object): .object(reduced(object, document))
        case .array(let elements): .array(reduced(elements, document))
        case .string(let text): .string(reduced(text, document))
        default: value
        }
    }

    private mutating func reduced(_ object: JSONObject, _ document: (JSONValue) -> JSONValue) -> JSONObject {
        var object = object
        for name in object.names.reversed() {
            var less = object
            less[name] = nil
            if stays(document(.object(less))) { object = less }
        }
        for name in object.names {
            let outer = object
            guard let value = outer[name] else { continue }
            object[name] = reduced(value) { inner in
                var changed = outer
                changed[name] = inner
                return document(.object(changed))
            }
        }
        return object
    }

    private mutating func reduced(_ elements: [JSONValue], _ document: (JSONValue) -> JSONValue) -> [JSONValue] {
        var elements = elements
        var size = elements.count
        while size > 0 {
            var end = elements.count
            while end > 0 {
                let start = max(0, end - size)
                let less = Array(elements[..<start] + elements[end...])
                if stays(document(.array(less))) { elements = less }
                end = start
            }
            size /= 2
        }
        for index in elements.indices {
            let outer = elements
            elements[index] = reduced(outer[index]) { inner in
                var changed = outer
                changed[index] = inner
                return document(.array(changed))
            }
        }
        return elements
    }

    private mutating func reduced(_ text: String, _ document: (JSONValue) -> JSONValue) -> String {
        var text = text
        while text.count > Self.longText {
            let less = String(text.prefix(text.count / 2))
            guard stays(document(.string(less))) else { break }
            text = less
        }
        return text
    }

    /// Whether a smaller document proves the same.
    private mutating func stays(_ document: JSONValue) -> Bool {
        guard tries < Self.maximumTries else { return false }
        tries += 1
        guard let witness = verdict(document) else { return false }
        best = witness
        return true
    }
}
