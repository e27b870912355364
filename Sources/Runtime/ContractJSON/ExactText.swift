/// A text compared by its Unicode scalars, as JSON compares strings and names. Swift's own equality takes `é` and `e` with
/// an accent for the same text, and the Kelvin sign for `K`.
public struct ExactText: Sendable {
    /// The text.
    public let text: String

    /// - Parameter text: The text.
    @inlinable public init(_ text: String) { self.text = text }
}

extension ExactText: ExpressibleByStringLiteral {
    /// The text of a literal.
    @inlinable public init(stringLiteral value: String) { text = value }
}

extension ExactText: Hashable {
    /// Equal bytes in UTF-8.
    @inlinable public static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Hashes the bytes in UTF-8.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8(0xFF))
    }
}
