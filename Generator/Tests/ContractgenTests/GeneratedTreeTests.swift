import ContractModel
import Foundation
import SwiftEmitter
import Testing

@Suite("The generated tree")
struct GeneratedTreeTests {
    private static let list = """
        contracts:
          - {module: Shared, spec: Specs/shared.yaml, kind: schemas, attitude: closed, generate: [models]}
          - {module: User, spec: Specs/user.yaml, kind: schemas, attitude: closed, generate: [models]}
          - {module: Other, spec: Specs/other.yaml, kind: schemas, attitude: closed, generate: [models]}
        """
    private static let shared = """
        $defs:
          Colour: {description: A colour., enum: [red, green]}
          Size: {description: A size., type: object, additionalProperties: false, properties: {width: {description: Width., type: integer}}}
        """
    private static let user = """
        $defs:
          Shirt:
            description: A shirt.
            type: object
            additionalProperties: false
            required: [colour]
            properties: {colour: {description: Its colour., $ref: 'shared.yaml#/$defs/Colour'}}
        """
    private static let other = """
        $defs:
          Note: {description: A note., type: object, additionalProperties: false, properties: {text: {description: Its text., type: string, maxLength: 9}}}
        """

    private static func project() throws -> TemporaryProject {
        let project = try TemporaryProject()
        try project.write(list, to: "Specs/contracts.yaml")
        try project.write(shared, to: "Specs/shared.yaml")
        try project.write(user, to: "Specs/user.yaml")
        try project.write(other, to: "Specs/other.yaml")
        return project
    }

    private static func generate(_ project: borrowing TemporaryProject) throws -> GeneratedTree.Summary {
        let (set, found) = ContractSetLoader.load(root: project.root.path)
        try #require(!found.contains { $0.severity == .error }, "\(found.map(\.text))")
        var emitter = ModuleEmitter(set: set)
        let tree = GeneratedTree(root: project.root.path)
        return try tree.write(emitter.files(), inputDigest: tree.inputDigest(of: "Specs"))
    }

    private static func differences(_ project: borrowing TemporaryProject) -> [GeneratedTree.Difference] {
        let (set, _) = ContractSetLoader.load(root: project.root.path)
        var emitter = ModuleEmitter(set: set)
        return GeneratedTree(root: project.root.path).differences(from: emitter.files())
    }

    private static let shirt = "Sources/Contracts/User/Shirt.swift"

    @Test("a second run finds nothing to do, and a changed or lost file is found again")
    func unchanged() throws {
        let project = try Self.project()
        #expect(try Self.generate(project).written.count >= 4)
        let tree = GeneratedTree(root: project.root.path)
        #expect(tree.isCurrent(inputDigest: tree.inputDigest(of: "Specs")))
        #expect(try Self.generate(project).written == [])
        try FileManager.default.removeItem(at: project.root.appending(path: Self.shirt))
        #expect(!tree.isCurrent(inputDigest: tree.inputDigest(of: "Specs")))
        #expect(try Self.generate(project).written == [Self.shirt])
    }

    @Test("editing a schema rewrites what depends on it, and nothing else")
    func minimalChange() throws {
        let project = try Self.project()
        _ = try Self.generate(project)
        // The type itself.
        try project.write(Self.shared.replacing("Width.", with: "The width."), to: "Specs/shared.yaml")
        #expect(try Self.generate(project).written == ["Sources/Contracts/Shared/Size.swift"])
        // What it is made of shows where it is used: an integer instead of an enum.
        try project.write(
            Self.shared.replacing("enum: [red, green]", with: "type: integer"), to: "Specs/shared.yaml")
        let summary = try Self.generate(project)
        #expect(Set(summary.written + summary.removed).contains(Self.shirt))
        #expect(!(summary.written + summary.removed).contains { $0.contains("/Other/") })
    }

    @Test("what somebody else wrote is neither removed nor overwritten, what an earlier run wrote is removed")
    func foreignFiles() throws {
        let project = try Self.project()
        try project.write("// Mine.\n", to: "Sources/Contracts/User/Extra.swift")
        let first = try Self.generate(project)
        #expect(first.removed == [] && first.kept == ["Sources/Contracts/User/Extra.swift"])
        #expect(try project.text("Sources/Contracts/User/Extra.swift") == "// Mine.\n")

        try project.write(Self.user.replacing("Shirt:", with: "Blouse:"), to: "Specs/user.yaml")
        #expect(try Self.generate(project).removed == [Self.shirt])

        try project.write("// Mine too.\n", to: Self.shirt)
        try project.write(Self.user, to: "Specs/user.yaml")
        let foreign = GeneratedTree.ForeignFiles(paths: [Self.shirt])
        var refusal: GeneratedTree.ForeignFiles?
        do { _ = try Self.generate(project) } catch let error as GeneratedTree.ForeignFiles { refusal = error }
        #expect(refusal == foreign)
        #expect(try project.text(Self.shirt) == "// Mine too.\n")
    }

    @Test("drift, hand edit, missing file, orphan and version skew are told apart")
    func differences() throws {
        let project = try Self.project()
        _ = try Self.generate(project)
        #expect(Self.differences(project) == [])

        try project.write(Self.user.replacing("A shirt.", with: "A blouse."), to: "Specs/user.yaml")
        try #require(
            Self.differences(project).map(\.text) == [
                "\(Self.shirt): out of date: the contracts say something else by now; run `make generate` and commit the result"
            ])
        try project.write(Self.user, to: "Specs/user.yaml")

        let text = try project.text(Self.shirt)
        try project.write(text + "// Better.\n", to: Self.shirt)
        #expect(
            Self.differences(project).map(\.text) == [
                "\(Self.shirt): edited by hand: change its contract under Specs/ instead and run `make generate`"
            ])
        try FileManager.default.removeItem(at: project.root.appending(path: Self.shirt))
        #expect(
            Self.differences(project).map(\.text) == [
                "\(Self.shirt): missing: run `make generate` and commit the result"
            ])
        try project.write(text, to: Self.shirt)

        try project.write("// Mine.\n", to: "Sources/Contracts/User/Extra.swift")
        #expect(
            Self.differences(project).map(\.text) == [
                "Sources/Contracts/User/Extra.swift: belongs to no contract: delete it or move it out of the generated folder; `make generate` removes what it wrote itself"
            ])
        try FileManager.default.removeItem(at: project.root.appending(path: "Sources/Contracts/User/Extra.swift"))

        let manifest = try project.text(GeneratedTree.manifestPath)
        try project.write(
            manifest.replacing("\"version\": \"", with: "\"version\": \"0."), to: GeneratedTree.manifestPath)
        #expect(
            Self.differences(project).map(\.text) == [
                "\(GeneratedTree.manifestPath): written by another version of contractgen: run `make generate` and commit the result"
            ])
    }
}
