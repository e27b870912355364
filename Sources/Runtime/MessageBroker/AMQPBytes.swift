import CRabbitMQ
import ContractRuntime

/// Memory for the C structures of one call: strings and tables built from Swift values, valid until ``clear()``.
///
/// rabbitmq-c only reads what it is given, and only during the call.
final class AMQPArena {
    private var pool = amqp_pool_t()

    init() { init_amqp_pool(&pool, 16_384) }

    deinit { empty_amqp_pool(&pool) }

    /// Makes the memory available again; everything handed out before becomes invalid.
    func clear() { recycle_amqp_pool(&pool) }

    /// The UTF-8 bytes of a string.
    func bytes(_ text: String) -> amqp_bytes_t {
        var text = text
        return text.withUTF8 { utf8 in
            guard let base = utf8.baseAddress, !utf8.isEmpty else { return amqp_empty_bytes }
            var copy = amqp_bytes_t()
            amqp_pool_alloc_bytes(&pool, utf8.count, &copy)
            precondition(copy.bytes != nil, "Out of memory")
            copy.bytes.copyMemory(from: base, byteCount: utf8.count)
            return copy
        }
    }

    /// A table of strings, in the order of their names.
    func table(_ values: [String: String]) -> amqp_table_t {
        table(values.sorted { $0.key < $1.key }.map { ($0.key, string($0.value)) })
    }

    /// A table of declaration arguments, in the order of their names.
    func table(_ arguments: [String: Topology.Argument]) -> amqp_table_t {
        table(
            arguments.sorted { $0.key < $1.key }.map { name, argument in
                switch argument {
                case .string(let text): (name, string(text))
                case .integer(let number): (name, integer(number))
                case .bool(let flag): (name, boolean(flag))
                }
            }
        )
    }

    /// A table of values made by this arena.
    func table(_ fields: [(String, amqp_field_value_t)]) -> amqp_table_t {
        guard !fields.isEmpty else { return amqp_empty_table }
        let size = fields.count * MemoryLayout<amqp_table_entry_t>.stride
        guard let raw = amqp_pool_alloc(&pool, size) else { preconditionFailure("Out of memory") }
        let entries = raw.bindMemory(to: amqp_table_entry_t.self, capacity: fields.count)
        for (index, field) in fields.enumerated() {
            (entries + index).initialize(to: amqp_table_entry_t(key: bytes(field.0), value: field.1))
        }
        return amqp_table_t(num_entries: CInt(fields.count), entries: entries)
    }

    func string(_ text: String) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
        value.value.bytes = bytes(text)
        return value
    }

    func array(_ texts: [String]) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        value.kind = UInt8(AMQP_FIELD_KIND_ARRAY.rawValue)
        let size = max(1, texts.count) * MemoryLayout<amqp_field_value_t>.stride
        guard let raw = amqp_pool_alloc(&pool, size) else { preconditionFailure("Out of memory") }
        let entries = raw.bindMemory(to: amqp_field_value_t.self, capacity: texts.count)
        for (index, text) in texts.enumerated() { (entries + index).initialize(to: string(text)) }
        value.value.array = amqp_array_t(num_entries: CInt(texts.count), entries: entries)
        return value
    }

    func boolean(_ flag: Bool) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        value.kind = UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue)
        value.value.boolean = flag ? 1 : 0
        return value
    }

    func nested(_ table: amqp_table_t) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        value.kind = UInt8(AMQP_FIELD_KIND_TABLE.rawValue)
        value.value.table = table
        return value
    }

    private func integer(_ number: Int64) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        value.kind = UInt8(AMQP_FIELD_KIND_I64.rawValue)
        value.value.i64 = number
        return value
    }
}

extension String {
    /// Text received from the broker; invalid UTF-8 is replaced.
    init(_ bytes: amqp_bytes_t) {
        self.init(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len), as: UTF8.self)
    }
}

extension [String: String] {
    /// The entries of a received table that are strings or numbers; numbers in decimal digits.
    init(_ table: amqp_table_t) {
        self.init(minimumCapacity: Int(table.num_entries))
        for entry in UnsafeBufferPointer(start: table.entries, count: Int(table.num_entries)) {
            if let text = Self.text(of: entry.value) { self[String(entry.key)] = text }
        }
    }

    private static func text(of field: amqp_field_value_t) -> String? {
        let value = field.value
        switch amqp_field_value_kind_t(UInt32(field.kind)) {
        case AMQP_FIELD_KIND_UTF8, AMQP_FIELD_KIND_BYTES: return String(value.bytes)
        case AMQP_FIELD_KIND_I8: return String(value.i8)
        case AMQP_FIELD_KIND_U8: return String(value.u8)
        case AMQP_FIELD_KIND_I16: return String(value.i16)
        case AMQP_FIELD_KIND_U16: return String(value.u16)
        case AMQP_FIELD_KIND_I32: return String(value.i32)
        case AMQP_FIELD_KIND_U32: return String(value.u32)
        case AMQP_FIELD_KIND_I64: return String(value.i64)
        case AMQP_FIELD_KIND_U64, AMQP_FIELD_KIND_TIMESTAMP: return String(value.u64)
        case AMQP_FIELD_KIND_F32: return String(value.f32)
        case AMQP_FIELD_KIND_F64: return String(value.f64)
        default: return nil
        }
    }
}
