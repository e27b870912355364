public import HTTPTypes

extension HTTPField.Name {
    /// W3C Trace Context.
    public static var traceparent: HTTPField.Name { .traceparentName }
    private static let traceparentName = HTTPField.Name("traceparent") ?? .referer
}

/// W3C Trace Context (version 00), as far as passing it on needs.
public enum TraceContext {
    /// A new sampled trace.
    public static func make() -> String {
        "00-\(hex(UInt64.random(in: .min ... .max)))\(hex(UInt64.random(in: 1 ... .max)))-\(hex(UInt64.random(in: 1 ... .max)))-01"
    }

    /// The same trace with a new span id; a new trace if `traceparent` is none.
    public static func child(of traceparent: String?) -> String {
        guard let traceparent, isValid(traceparent) else { return make() }
        return "\(traceparent.prefix(36))\(hex(UInt64.random(in: 1 ... .max)))\(traceparent.suffix(3))"
    }

    /// The 32 hexadecimal digits of the trace id.
    public static func traceID(of traceparent: String) -> String {
        isValid(traceparent) ? String(traceparent.dropFirst(3).prefix(32)) : ""
    }

    /// Whether this is a version 00 header of the right form.
    public static func isValid(_ traceparent: String) -> Bool {
        let bytes = Array(traceparent.utf8)
        guard bytes.count == 55, traceparent.hasPrefix("00-"), bytes[35] == 45, bytes[52] == 45 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            index == 2 || index == 35 || index == 52 || (48...57).contains(byte) || (97...102).contains(byte)
        }
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
