import ContractJSON
import Foundation

/// A case that is not decided as its suite does, with the reason. A case that starts to pass has to go from the list.
public struct ConformanceException: Sendable, Hashable {
    /// File, group and case, as a report names them.
    public var name: String
    /// Why.
    public var reason: String
    /// A remote document without which the case cannot be decided; the exception holds only while it is missing.
    public var missingRemote: String?

    /// Creates an exception.
    public init(name: String, reason: String, missingRemote: String? = nil) {
        self.name = name
        self.reason = reason
        self.missingRemote = missingRemote
    }

    /// Reads a list: a JSON array of objects with `name`, `reason` and perhaps `missingRemote`.
    public static func list(file: String) throws -> [ConformanceException] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ConformanceSuite.Failure(description: "\(file) cannot be read")
        }
        let document: JSONValue
        do throws(JSONSyntaxError) { document = try JSONValue(parsing: [UInt8](data)) } catch {
            throw ConformanceSuite.Failure(description: "\(file), byte \(error.offset): \(error.reason)")
        }
        return try (document.array ?? []).map { entry in
            guard let name = entry["name"]?.string, let reason = entry["reason"]?.string else {
                throw ConformanceSuite.Failure(description: "\(file) has an exception without name or reason")
            }
            return ConformanceException(name: name, reason: reason, missingRemote: entry["missingRemote"]?.string)
        }
    }

    /// Whether it holds for a suite.
    func holds(in suite: ConformanceSuite) -> Bool {
        guard let missingRemote else { return true }
        return !FileManager.default.fileExists(atPath: "\(suite.folder)/remotes/\(missingRemote)")
    }
}
