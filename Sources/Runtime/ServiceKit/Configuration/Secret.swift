/// A text that no log, description or debugger shows.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// - Parameter text: The text to keep.
    public init(_ text: String) { self.text = text }

    /// The text. Pass it to whoever needs it and keep no copy.
    public func reveal() -> String { text }

    /// The text as UTF-8.
    public var bytes: [UInt8] { Array(text.utf8) }

    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { description }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Compares in a time that depends on the lengths only.
    public static func == (left: Secret, right: Secret) -> Bool {
        ConstantTime.areEqual(left.bytes, right.bytes)
    }
}
