import Foundation

/// Where lines for people go.
enum Output {
    /// Writes a line to standard error.
    static func error(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Writes a line to standard output at once, for programs that wait for it.
    static func line(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
