internal import CJSONC

/// Builds the json-c tree of a text in one pass with the strict check: RFC 8259 grammar, UTF-8, depth, unique names.
///
/// json-c's own tokener lets control characters, leading zeros and duplicate names pass even in strict mode, and reading the
/// whole text with it takes a third of the time that Foundation takes for decoding it. It reads what a text does not show as it
/// is: strings with escapes, numbers with fraction or exponent, long integers; all of a text in one call.
/// See `Docs/decisions/0040-one-pass-into-json-c.md`.
struct JSONTreeBuilder {
    private var scanner: JSONScanner
    private let maximumDepth: Int
    /// An array in JSON of what the tokener reads at the end.
    private var unread: [UInt8] = []
    /// Where its elements belong, in order.
    private var places: [Place] = []
    /// Whether the last value belongs to ``unread``; the builder returned null for it.
    private var isUnread = false

    /// A place in the tree, which is null until the tokener has read its value.
    private struct Place {
        /// Borrowed from the tree; nil: the value is the root.
        var container: OpaquePointer?
        /// The member's name, owned by the tree or by the text; nil in arrays.
        var key: UnsafePointer<CChar>?
        var index = 0
    }

    init(_ text: borrowing JSONText, maximumDepth: Int) {
        scanner = JSONScanner(text)
        self.maximumDepth = maximumDepth
    }

    /// Builds the tree of the whole text.
    /// - Returns: The root, owned by the caller; nil stands for `null`.
    mutating func build() throws(JSONSyntaxError) -> OpaquePointer? {
        scanner.skipSpace()
        var root = try value(depth: 0)
        if isUnread { places.append(Place()) }
        do throws(JSONSyntaxError) {
            scanner.skipSpace()
            guard scanner.position == scanner.count else { throw scanner.malformed("nothing after the value") }
            try readUnread(&root)
        } catch {
            json_object_put(root)
            throw error
        }
        return root
    }

    private static var noMemory: JSONSyntaxError {
        JSONSyntaxError(code: .tooLarge, offset: 0, reason: "no memory for the tree")
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> OpaquePointer? {
        isUnread = false
        switch scanner.current {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "t"):
            try scanner.literal("true")
            return try made(json_object_new_boolean(1))
        case UInt8(ascii: "f"):
            try scanner.literal("false")
            return try made(json_object_new_boolean(0))
        case UInt8(ascii: "n"):
            try scanner.literal("null")
            return nil
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw scanner.malformed("a value")
        }
    }

    private func made(_ object: OpaquePointer?) throws(JSONSyntaxError) -> OpaquePointer {
        guard let object else { throw Self.noMemory }
        return object
    }

    private mutating func string() throws(JSONSyntaxError) -> OpaquePointer? {
        let start = scanner.position
        try scanner.string()
        guard !scanner.hasEscape else {
            leaveUnread(from: start)
            return nil
        }
        return try made(
            UnsafeRawPointer(scanner.base + start + 1).withMemoryRebound(to: CChar.self, capacity: 1) {
                json_object_new_string_len($0, Int32(truncatingIfNeeded: scanner.position - start - 2))
            })
    }

    private mutating func number() throws(JSONSyntaxError) -> OpaquePointer? {
        let start = scanner.position
        let (value, isInteger) = try scanner.number()
        if let value { return try made(json_object_new_int64(value)) }
        leaveUnread(from: start)
        // json-c refuses integers beyond 64 bits; with an exponent it keeps their text, as it does for every real number.
        if isInteger { unread += Array("e0".utf8) }
        return nil
    }

    private func checkDepth(_ depth: Int) throws(JSONSyntaxError) {
        guard depth <= maximumDepth else {
            throw JSONSyntaxError(
                code: .tooDeep, offset: scanner.position, reason: "nested deeper than \(maximumDepth) levels")
        }
    }
}

// MARK: Containers

extension JSONTreeBuilder {
    private mutating func object(depth: Int) throws(JSONSyntaxError) -> OpaquePointer? {
        try checkDepth(depth)
        let object = try made(json_object_new_object())
        do throws(JSONSyntaxError) { try members(of: object, depth: depth) } catch {
            json_object_put(object)
            throw error
        }
        isUnread = false
        return object
    }

    private mutating func members(of object: OpaquePointer, depth: Int) throws(JSONSyntaxError) {
        scanner.position += 1
        scanner.skipSpace()
        if scanner.current == UInt8(ascii: "}") {
            scanner.position += 1
            return
        }
        var count: Int32 = 0
        while true {
            guard scanner.current == UInt8(ascii: "\"") else { throw scanner.malformed("a member name") }
            let start = scanner.position
            try scanner.string()
            try addName(start, to: object)
            count += 1
            // A name that stands there already gets a new value and no second place.
            guard json_object_object_length(object) == count else {
                throw JSONSyntaxError(
                    code: .duplicateName, offset: start, reason: "the object has this name already")
            }
            scanner.skipSpace()
            guard scanner.current == UInt8(ascii: ":") else { throw scanner.malformed("a colon") }
            scanner.position += 1
            scanner.skipSpace()
            let value = try value(depth: depth)
            if isUnread {
                places.append(Place(container: object, key: waba_json_last_key(object)))
            } else {
                waba_json_set_last_value(object, value)
            }
            scanner.skipSpace()
            switch scanner.current {
            case UInt8(ascii: ","):
                scanner.position += 1
                scanner.skipSpace()
            case UInt8(ascii: "}"):
                scanner.position += 1
                return
            default: throw scanner.malformed("a comma or a closing brace")
            }
        }
    }

    /// Adds a member with the value `null`. json-c ends names at U+0000, so that one is replaced by a mark (see ``JSONName``).
    private mutating func addName(_ start: Int, to object: OpaquePointer) throws(JSONSyntaxError) {
        let status: Int32
        if scanner.hasEscape || scanner.hasMark {
            let characters = UnsafeBufferPointer(
                start: scanner.base + start + 1, count: scanner.position - start - 2)
            let name = JSONName.marked(characters) + [0]
            status = name.withUnsafeBytes {
                json_object_object_add_ex(object, $0.baseAddress?.assumingMemoryBound(to: CChar.self), nil, 0)
            }
        } else {
            scanner.base[scanner.position - 1] = 0
            status = UnsafeRawPointer(scanner.base + start + 1).withMemoryRebound(to: CChar.self, capacity: 1) {
                json_object_object_add_ex(object, $0, nil, waba_json_key_is_constant())
            }
        }
        guard status == 0 else { throw Self.noMemory }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> OpaquePointer? {
        try checkDepth(depth)
        let array = try made(json_object_new_array_ext(8))
        do throws(JSONSyntaxError) { try elements(of: array, depth: depth) } catch {
            json_object_put(array)
            throw error
        }
        isUnread = false
        return array
    }

    private mutating func elements(of array: OpaquePointer, depth: Int) throws(JSONSyntaxError) {
        scanner.position += 1
        scanner.skipSpace()
        if scanner.current == UInt8(ascii: "]") {
            scanner.position += 1
            return
        }
        var count = 0
        while true {
            let value = try value(depth: depth)
            if isUnread { places.append(Place(container: array, index: count)) }
            guard json_object_array_add(array, value) == 0 else {
                json_object_put(value)
                throw Self.noMemory
            }
            count += 1
            scanner.skipSpace()
            switch scanner.current {
            case UInt8(ascii: ","):
                scanner.position += 1
                scanner.skipSpace()
            case UInt8(ascii: "]"):
                scanner.position += 1
                return
            default: throw scanner.malformed("a comma or a closing bracket")
            }
        }
    }
}

// MARK: What the tokener reads

extension JSONTreeBuilder {
    private mutating func leaveUnread(from start: Int) {
        isUnread = true
        unread.append(unread.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
        unread.append(
            contentsOf: UnsafeBufferPointer(start: scanner.base + start, count: scanner.position - start))
    }

    private mutating func readUnread(_ root: inout OpaquePointer?) throws(JSONSyntaxError) {
        guard !places.isEmpty else { return }
        unread.append(UInt8(ascii: "]"))
        // json-c counts the scalar level as one more than the array around it.
        guard let tokener = json_tokener_new_ex(3) else { throw Self.noMemory }
        defer { json_tokener_free(tokener) }
        json_tokener_set_flags(tokener, waba_json_strict_flags())
        let values = unread.withUnsafeBytes { buffer in
            json_tokener_parse_ex(
                tokener, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: buffer.count))
        }
        defer { json_object_put(values) }
        let status = json_tokener_get_error(tokener)
        guard status == json_tokener_success, json_object_array_length(values) == places.count else {
            throw JSONSyntaxError(code: .malformed, offset: 0, reason: String(cString: json_tokener_error_desc(status)))
        }
        for (index, place) in places.enumerated() {
            let value = json_object_get(json_object_array_get_idx(values, index))
            guard let container = place.container else {
                root = value
                continue
            }
            let added =
                if let key = place.key {
                    json_object_object_add(container, key, value)
                } else {
                    json_object_array_put_idx(container, place.index, value)
                }
            guard added == 0 else {
                json_object_put(value)
                throw Self.noMemory
            }
        }
    }
}
