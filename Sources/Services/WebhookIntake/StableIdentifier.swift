import Crypto

/// Identifiers in the form of UUIDs (RFC 9562).
public enum StableIdentifier {
    /// A random identifier (version 4).
    public static func random() -> String {
        var bytes: [UInt8] = []
        for _ in 0..<2 { withUnsafeBytes(of: UInt64.random(in: .min ... .max)) { bytes += $0 } }
        return text(bytes, version: 4)
    }

    /// The same identifier for the same parts (version 8, from their SHA-256): what is made again after a redelivery gets
    /// the id that it had before.
    public static func derived(from parts: String...) -> String {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array(part.utf8))
            // No text contains it, so that ("ab", "c") and ("a", "bc") differ.
            hash.update(data: [0xFF])
        }
        return text(Array(hash.finalize().prefix(16)), version: 8)
    }

    private static func text(_ random: [UInt8], version: UInt8) -> String {
        var bytes = random
        bytes[6] = bytes[6] & 0x0F | version << 4
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}
