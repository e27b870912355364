import ContractJSON
import ContractModel
import ContractPlan

/// Emits the typed access to one cache key.
struct CacheEmitter {
    var types: TypeEmitter
    let name: String
    let schema: SchemaID
    let representation: Representation
    let redis: JSONValue

    mutating func emit(into writer: inout CodeWriter) {
        let type = representation.spelled(in: types.module)
        let template = redis["key"]?.string ?? ""
        let field = redis["kind"]?.string == "hash" ? redis["field"]?.string : nil
        let parameters = Self.parameters(template) + (field.map(Self.parameters) ?? [])
        let signature = parameters.map { "\($0): String" }.joined(separator: ", ")
        let seconds = redis["ttlSeconds"]?.int
        writer.documentation(
            "Redis key `\(template)`" + (field.map { ", field `\($0)`" } ?? "")
                + (seconds.map { ", kept \($0) s" } ?? "") + ".", fallback: "")
        writer.block("public struct \(name)Cache: Sendable") { writer in
            writer.line("/// Where the values are.")
            writer.line("public let store: any CacheStore")
            writer.line("/// How long a value is kept; nil: until removed.")
            writer.line("public static let timeToLive: Duration? = \(seconds.map { ".seconds(\($0))" } ?? "nil")")
            writer.line()
            writer.line("/// Creates the access.")
            writer.line("public init(store: any CacheStore) { self.store = store }")
            writer.line()
            let keyParameters = Self.parameters(template)
            writer.line("/// The key.")
            writer.line(
                "public static func key(\(keyParameters.map { "\($0): String" }.joined(separator: ", "))) -> String { \(Self.interpolated(template)) }"
            )
            writer.line()
            let key = "Self.key(\(keyParameters.map { "\($0): \($0)" }.joined(separator: ", ")))"
            let fieldText = field.map(Self.interpolated)
            let read = self.types.decoder.decode(self.schema, as: self.representation, node: "node", hint: self.name)
            writer.line("/// The value; nil if there is none.")
            writer.line("/// - Throws: ``CacheError``, with code `invalidValue` if what is stored breaks the contract.")
            writer.block("public func get(\(signature)) async throws(CacheError) -> \(type)?") { writer in
                let get = fieldText.map { "store.getField(\($0), of: \(key))" } ?? "store.get(\(key))"
                writer.line("guard let bytes = try await \(get) else { return nil }")
                writer.line("return try CacheCoding.value(bytes) { node, context in \(read) }")
            }
            writer.line()
            writer.line("/// Sets the value for ``timeToLive``.")
            writer.block("public func set(_ value: \(type), \(signature)) async throws(CacheError)") { writer in
                let check =
                    self.types.decoder.check(self.schema, node: "node", hint: self.name) ?? "_ = (node, context)"
                writer.line("let bytes = try CacheCoding.bytes(value) { node, context in \(check) }")
                if let fieldText {
                    writer.line(
                        "try await store.setField(\(fieldText), of: \(key), to: bytes, timeToLive: Self.timeToLive)")
                } else {
                    writer.line("try await store.set(\(key), to: bytes, timeToLive: Self.timeToLive)")
                }
            }
            writer.line()
            writer.line("/// Removes the value.")
            writer.block("public func remove(\(signature)) async throws(CacheError)") { writer in
                if let fieldText {
                    writer.line("try await store.removeField(\(fieldText), of: \(key))")
                } else {
                    writer.line("try await store.remove([\(key)])")
                }
            }
        }
    }

    private static func parameters(_ template: String) -> [String] {
        template.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.split(separator: "}", omittingEmptySubsequences: false).first.map {
                SwiftNaming.plainMemberName(String($0))
            }
        }
    }

    private static func interpolated(_ template: String) -> String {
        var result = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result +=
                rest[..<open] + "\\(" + SwiftNaming.plainMemberName(String(rest[rest.index(after: open)..<close])) + ")"
            rest = rest[rest.index(after: close)...]
        }
        return "\"" + result + rest + "\""
    }
}
