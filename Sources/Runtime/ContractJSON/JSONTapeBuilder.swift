internal import CJSONC

/// Checks a text strictly (RFC 8259 grammar, UTF-8, depth, unique names) and lists its values in the same pass.
///
/// Values that the text shows as they are stay where they are. json-c reads the others: strings with escapes, numbers with
/// fraction or exponent, long integers; all of a text in one call. See `Docs/decisions/0042-list-values-in-place.md`.
struct JSONTapeBuilder: ~Copyable {
    private var scanner: JSONScanner
    private let maximumDepth: Int
    private var tape: JSONTape
    /// An array in JSON of what json-c reads at the end.
    private var unread: [UInt8] = []
    /// Which entries its elements belong to, in order.
    private var places: [Place] = []
    /// Objects whose names can be compared only when json-c has read them.
    private var doubtful: [Int] = []

    /// An entry without its value.
    private struct Place {
        let entry: Int
        /// Where it begins in the text.
        let start: Int
    }

    init(_ text: borrowing JSONText, maximumDepth: Int) {
        scanner = JSONScanner(text)
        self.maximumDepth = maximumDepth
        // Names and values of webhooks take some 17 bytes each.
        tape = JSONTape(capacity: text.count / 12 + 8)
    }

    /// Lists the values of the whole text.
    /// - Returns: The entries, the root first.
    consuming func build() throws(JSONSyntaxError) -> JSONTape {
        scanner.skipSpace()
        try value(depth: 0)
        scanner.skipSpace()
        guard scanner.position == scanner.count else { throw scanner.malformed("nothing after the value") }
        try readUnread()
        for object in doubtful { try checkNames(of: object) }
        return tape
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONSyntaxError) {
        switch scanner.current {
        case UInt8(ascii: "\""):
            let start = scanner.position
            try scanner.string()
            appendString(from: start)
        case UInt8(ascii: "{"): try object(depth: depth + 1)
        case UInt8(ascii: "["): try array(depth: depth + 1)
        case UInt8(ascii: "t"):
            try scanner.literal("true")
            appendScalar(.bool, 1)
        case UInt8(ascii: "f"):
            try scanner.literal("false")
            appendScalar(.bool, 0)
        case UInt8(ascii: "n"):
            try scanner.literal("null")
            appendScalar(.null, 0)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw scanner.malformed("a value")
        }
    }

    @inline(__always) private mutating func appendScalar(_ kind: JSONKind, _ payload: UInt64) {
        var entry = JSONEntry(kind: kind)
        entry.payload = payload
        _ = tape.append(entry)
    }

    /// The string that was just scanned.
    @inline(__always) private mutating func appendString(from start: Int) {
        var entry = JSONEntry(kind: .string)
        if scanner.hasEscape {
            leaveUnread(from: start, as: tape.append(entry))
        } else {
            entry.payload = UInt64(UInt(bitPattern: scanner.base + start + 1))
            entry.count = UInt32(truncatingIfNeeded: scanner.position - start - 2)
            _ = tape.append(entry)
        }
    }

    private mutating func number() throws(JSONSyntaxError) {
        let start = scanner.position
        let (value, isInteger) = try scanner.number()
        if let value { return appendScalar(.integer, UInt64(bitPattern: value)) }
        leaveUnread(from: start, as: tape.append(JSONEntry(kind: .real)))
        // json-c refuses integers beyond 64 bits; with an exponent it keeps their text, as it does for every real number.
        if isInteger { unread += Array("e0".utf8) }
    }

    private func checkDepth(_ depth: Int) throws(JSONSyntaxError) {
        guard depth <= maximumDepth else {
            throw JSONSyntaxError(
                code: .tooDeep, offset: scanner.position, reason: "nested deeper than \(maximumDepth) levels")
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) {
        try checkDepth(depth)
        let array = tape.append(JSONEntry(kind: .array))
        scanner.position += 1
        scanner.skipSpace()
        if scanner.current == UInt8(ascii: "]") {
            scanner.position += 1
            return
        }
        var count = 0
        while true {
            try value(depth: depth)
            count += 1
            scanner.skipSpace()
            switch scanner.current {
            case UInt8(ascii: ","):
                scanner.position += 1
                scanner.skipSpace()
            case UInt8(ascii: "]"):
                scanner.position += 1
                return tape.close(array, count: count)
            default: throw scanner.malformed("a comma or a closing bracket")
            }
        }
    }
}

// MARK: Objects

extension JSONTapeBuilder {
    private mutating func object(depth: Int) throws(JSONSyntaxError) {
        try checkDepth(depth)
        let object = tape.append(JSONEntry(kind: .object))
        scanner.position += 1
        scanner.skipSpace()
        if scanner.current == UInt8(ascii: "}") {
            scanner.position += 1
            return
        }
        var count = 0
        var names = SeenNames()
        while true {
            guard scanner.current == UInt8(ascii: "\"") else { throw scanner.malformed("a member name") }
            try name(&names)
            count += 1
            scanner.skipSpace()
            guard scanner.current == UInt8(ascii: ":") else { throw scanner.malformed("a colon") }
            scanner.position += 1
            scanner.skipSpace()
            try value(depth: depth)
            scanner.skipSpace()
            switch scanner.current {
            case UInt8(ascii: ","):
                scanner.position += 1
                scanner.skipSpace()
            case UInt8(ascii: "}"):
                scanner.position += 1
                tape.close(object, count: count)
                if names.hasUnread { doubtful.append(object) } else if names.mayRepeat { try checkNames(of: object) }
                return
            default: throw scanner.malformed("a comma or a closing brace")
            }
        }
    }

    /// A member's name.
    @inline(__always) private mutating func name(_ names: inout SeenNames) throws(JSONSyntaxError) {
        let start = scanner.position
        try scanner.string()
        guard !scanner.hasEscape else {
            names.hasUnread = true
            return leaveUnread(from: start, as: tape.append(JSONEntry(kind: .string)))
        }
        let first = scanner.base + start + 1
        let count = scanner.position - start - 2
        var entry = JSONEntry(kind: .string)
        entry.payload = UInt64(UInt(bitPattern: first))
        entry.count = UInt32(truncatingIfNeeded: count)
        entry.hash = JSONTexts.hash(first, count)
        names.insert(entry.hash)
        _ = tape.append(entry)
    }

    /// Refuses an object with the same name twice.
    private func checkNames(of object: Int) throws(JSONSyntaxError) {
        let count = Int(tape.base[object].count)
        var known: Set<KnownName> = []
        known.reserveCapacity(count)
        var name = object + 1
        for _ in 0..<count {
            guard known.insert(KnownName(utf8: tape.base[name].utf8)).inserted else {
                throw JSONSyntaxError(
                    code: .duplicateName, offset: start(ofName: name), reason: "the object has this name already")
            }
            name += 1 + Int(tape.base[name + 1].skip)
        }
    }

    /// Where a name begins in the text.
    private func start(ofName entry: Int) -> Int {
        if let place = places.first(where: { $0.entry == entry }) { return place.start }
        return Int(tape.base[entry].payload) - Int(bitPattern: scanner.base) - 1
    }
}

/// What is known of an object's names while they are read: mostly, that all are different.
private struct SeenNames {
    /// Six bits of each hash, as a bit.
    private var seen: UInt64 = 0
    /// Whether two names may be equal.
    private(set) var mayRepeat = false
    /// Whether json-c has to read one of them.
    var hasUnread = false

    @inline(__always) mutating func insert(_ hash: UInt32) {
        let bit: UInt64 = 1 << UInt64(hash >> 26)
        if seen & bit != 0 { mayRepeat = true }
        seen |= bit
    }
}

/// A name compared by its bytes, hashed so that nobody can choose names that collide.
private struct KnownName: Hashable {
    let utf8: UnsafeBufferPointer<UInt8>

    static func == (left: KnownName, right: KnownName) -> Bool { left.utf8.elementsEqual(right.utf8) }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes: UnsafeRawBufferPointer(utf8)) }
}

// MARK: What json-c reads

extension JSONTapeBuilder {
    private static var noMemory: JSONSyntaxError {
        JSONSyntaxError(code: .tooLarge, offset: 0, reason: "no memory for the values")
    }

    private mutating func leaveUnread(from start: Int, as entry: Int) {
        places.append(Place(entry: entry, start: start))
        unread.append(unread.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
        unread.append(
            contentsOf: UnsafeBufferPointer(start: scanner.base + start, count: scanner.position - start))
    }

    /// Lets json-c read what was left, and points the entries at it.
    private mutating func readUnread() throws(JSONSyntaxError) {
        guard !places.isEmpty else { return }
        unread.append(UInt8(ascii: "]"))
        // json-c counts the scalar level as one more than the array around it.
        guard let tokener = json_tokener_new_ex(3) else { throw Self.noMemory }
        defer { json_tokener_free(tokener) }
        json_tokener_set_flags(tokener, waba_json_strict_flags())
        tape.read = unread.withUnsafeBytes { buffer in
            json_tokener_parse_ex(
                tokener, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: buffer.count))
        }
        let status = json_tokener_get_error(tokener)
        guard status == json_tokener_success, json_object_array_length(tape.read) == places.count else {
            throw JSONSyntaxError(code: .malformed, offset: 0, reason: String(cString: json_tokener_error_desc(status)))
        }
        for (index, place) in places.enumerated() {
            guard let value = json_object_array_get_idx(tape.read, index) else { continue }
            Self.fill(tape.base + place.entry, with: value)
        }
    }

    /// Completes an entry with what json-c read.
    private static func fill(_ entry: UnsafeMutablePointer<JSONEntry>, with value: OpaquePointer) {
        switch json_object_get_type(value) {
        case json_type_string:
            let count = Int(json_object_get_string_len(value))
            let text = UnsafeRawPointer(json_object_get_string(value))
            entry.pointee.payload = UInt64(UInt(bitPattern: text))
            entry.pointee.count = UInt32(truncatingIfNeeded: count)
            if let bytes = text?.assumingMemoryBound(to: UInt8.self) {
                entry.pointee.hash = JSONTexts.hash(bytes, count)
            }
        case json_type_int:
            // Above Int64.max json-c holds an unsigned number and saturates the signed one.
            entry.pointee.kind = .integer
            let signed = json_object_get_int64(value)
            let unsigned = json_object_get_uint64(value)
            entry.pointee.isUnsigned = signed == .max && unsigned > UInt64(Int64.max)
            entry.pointee.payload = entry.pointee.isUnsigned ? unsigned : UInt64(bitPattern: signed)
        default: entry.pointee.payload = UInt64(UInt(bitPattern: value))
        }
    }
}
