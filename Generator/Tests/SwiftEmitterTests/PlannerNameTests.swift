import ContractModel
import ContractPlan
import Foundation
import SwiftEmitter
import Testing

/// Names that the planner gives, and shapes that have none.
@Suite("The planner")
struct PlannerNameTests {
    private func load(_ text: String, _ attitude: Contract.Attitude) throws -> ContractSet {
        let folder = FileManager.default.temporaryDirectory.appending(path: "planner-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: folder.appending(path: "things.json"))
        let (set, found) = ContractSetLoader.loadDocument("things.json", root: folder.path, attitude: attitude)
        #expect(found.map(\.text) == [])
        return set
    }

    @Test("refuses two types of one name in our documents and numbers them in those of others")
    func taken() throws {
        let text = #"{"$defs": {"a-b": {"type": "object"}, "a_b": {"type": "string"}, "AB2": {"type": "integer"}}}"#
        let ours = Planner(set: try load(text, .closed))
        #expect(ours.diagnostics.map(\.severity) == [.error])
        let set = try load(text, .open)
        var planner = Planner(set: set)
        #expect(planner.diagnostics.map(\.severity) == [.warning])
        #expect(planner.diagnostics.first?.remedy == "this one is called AB3; x-swift-name would settle it")
        #expect(planner.types(of: set.contracts[0]).map { $0.name.path } == [["AB"], ["AB3"], ["AB2"]])
    }

    @Test("comes to an end where lists hold lists of themselves")
    func recursiveLists() throws {
        let set = try load(
            #"""
            {"type": "object", "properties": {"a": {"$ref": "#/x-parts/one"}, "b": {"$ref": "#/x-parts/map"}},
             "x-parts": {"one": {"type": "array", "items": {"$ref": "#/x-parts/two"}}, "two": {"type": "array", "items": {"$ref": "#/x-parts/one"}},
                   "map": {"type": "object", "additionalProperties": {"$ref": "#/x-parts/map"}}}}
            """#, .open)
        var emitter = ModuleEmitter(set: set)
        let text = emitter.files().map(\.text).joined()
        #expect(text.contains("var a: [[JSONValue]]?"))
        #expect(text.contains("var b: [String: JSONValue]?"))
    }

    @Test("gives no nested type the name of a component that is spelled beside it")
    func hiddenComponents() throws {
        let set = try load(
            #"""
            {"$defs": {"limit": {"type": "object", "properties": {"group": {"type": "string"}}},
                       "job": {"type": "object", "properties": {
                           "limit": {"oneOf": [{"type": "string"}, {"$ref": "#/$defs/limit"}]}}},
                       "other": {"type": "object", "properties": {"limit": {"type": "string", "enum": ["a", "b"]}}}}}
            """#, .open)
        var planner = Planner(set: set)
        let nested = planner.types(of: set.contracts[0]).map { $0.nested.map(\.name.dotted) }
        #expect(nested == [[], ["Job.LimitValue"], ["Other.Limit"]])
    }
}
