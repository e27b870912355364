/// Why a source document cannot be read, with the place.
public struct SourceError: Error, Sendable, Hashable {
    /// File as given.
    public var file: String
    /// Line from 1; 1 where the place is the whole file.
    public var line: Int
    /// Column from 1.
    public var column: Int
    /// JSON Pointer of the place, as far as it is known.
    public var pointer: String
    /// What is wrong, in one sentence.
    public var message: String
    /// Why.
    public var reason: String?
    /// What to do.
    public var remedy: String?

    /// Creates a problem.
    public init(
        file: String,
        line: Int = 1,
        column: Int = 1,
        pointer: String = "",
        message: String,
        reason: String? = nil,
        remedy: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.pointer = pointer
        self.message = message
        self.reason = reason
        self.remedy = remedy
    }
}
