import ContractRuntime

/// What a request target must look like to be forwarded.
///
/// The gateway decides by the path as it reads it, the service behind by the path as it reads it. Everything that two
/// readers may take differently is therefore refused: dot segments, empty segments, encoded slashes, path parameters.
enum PlainTarget {
    /// Whether every reader takes the path of a target for the same.
    static func isPlain(_ target: String) -> Bool {
        let path = target.prefix { $0 != "?" }
        guard path.hasPrefix("/"), !target.utf8.contains(UInt8(ascii: "#")) else { return false }
        return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isPlainSegment)
    }

    private static func isPlainSegment(_ segment: Substring) -> Bool {
        guard let decoded = PercentCoding.decode(segment), !decoded.isEmpty, decoded != ".", decoded != ".." else {
            return false
        }
        return decoded.utf8.allSatisfy { byte in
            switch byte {
            // A percent sign that is still there was encoded twice.
            case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: ";"), UInt8(ascii: "%"): false
            default: byte > 0x20 && byte != 0x7F
            }
        }
    }
}
