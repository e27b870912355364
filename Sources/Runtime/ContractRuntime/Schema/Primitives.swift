public import ContractJSON

extension String: ContractValue {
    /// Reads a JSON string.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> String? {
        context.string(node, "#/type")
    }

    /// Writes a JSON string.
    @inlinable public func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Bool: ContractValue {
    /// Reads `true` or `false`.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> Bool? {
        context.bool(node, "#/type")
    }

    /// Writes `true` or `false`.
    @inlinable public func write(to writer: inout JSONWriter) { writer.bool(self) }
}

extension Int: ContractValue {
    /// Reads an integer; `1.0` is one.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> Int? {
        context.integer(node, "#/type")
    }

    /// Writes an integer.
    @inlinable public func write(to writer: inout JSONWriter) { writer.integer(self) }
}

extension Double: ContractValue {
    /// Reads a number.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> Double? {
        context.double(node, "#/type")
    }

    /// Writes a number.
    @inlinable public func write(to writer: inout JSONWriter) { writer.double(self) }
}

extension JSONNumber: ContractValue {
    /// Reads a number of any size and precision.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> JSONNumber? {
        if let number = node.number { return number }
        context.refuse("type", "#/type", "expected a number, found \(node.kind.spoken)")
        return nil
    }

    /// Writes the number as it was written.
    @inlinable public func write(to writer: inout JSONWriter) { writer.number(self) }
}

extension JSONValue: ContractValue {
    /// Reads anything.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> JSONValue? {
        node.value
    }

    /// Writes the value.
    @inlinable public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension JSONObject: ContractValue {
    /// Reads an object.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> JSONObject? {
        guard context.isObject(node, "#/type") else { return nil }
        return node.value.object
    }

    /// Writes the object.
    @inlinable public func write(to writer: inout JSONWriter) { writer.value(.object(self)) }
}

extension Array: ContractValue where Element: ContractValue {
    /// Reads an array.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> [Element]? {
        context.array(node, "#/type", decode: { Element.decode($0, &$1) })
    }

    /// Writes an array.
    @inlinable public func write(to writer: inout JSONWriter) {
        writer.beginArray()
        for element in self { element.write(to: &writer) }
        writer.endArray()
    }
}

extension Dictionary: ContractValue where Key == String, Value: ContractValue {
    /// Reads an object whose members all have one type.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> [String: Value]? {
        context.dictionary(node, "#/type", decode: { Value.decode($0, &$1) })
    }

    /// Writes an object, members in order of their names.
    @inlinable public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, value) in self.sorted(by: { $0.key < $1.key }) {
            writer.name(dynamic: name)
            value.write(to: &writer)
        }
        writer.endObject()
    }
}

extension Optional: ContractValue where Wrapped: ContractValue {
    /// Reads `null` or a value.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> Wrapped?? {
        node.kind == .null ? .some(nil) : Wrapped.decode(node, &context).map(Optional.some)
    }

    /// Writes the value, or `null`.
    @inlinable public func write(to writer: inout JSONWriter) {
        switch self {
        case .none: writer.null()
        case .some(let value): value.write(to: &writer)
        }
    }
}
