import Foundation
import Testing

@Suite("The command line")
struct CommandLineTests {
    static let verbs = [
        "generate", "check", "lint", "validate", "diff", "docs", "mock", "fixtures", "fixtures import",
        "fixtures scrub",
        "fixtures uncovered", "bowtie", "conformance", "real-specs",
    ]

    @Test("every verb explains itself with an example", arguments: verbs)
    func help(verb: String) throws {
        let outcome = try Program.run(verb.split(separator: " ").map(String.init) + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("Example"))
        #expect(outcome.output.contains("contractgen \(verb)"))
    }

    @Test("shells complete verbs", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let outcome = try Program.run(["--generate-completion-script", shell])
        #expect(outcome.status == 0)
        for verb in ["generate", "diff", "mock", "uncovered"] { #expect(outcome.output.contains(verb), "\(verb)") }
    }

    @Test("a wrong command line ends with 2")
    func wrongUse() throws {
        #expect(try Program.run(["validate"]).status == 2)
        #expect(try Program.run(["fixtures", "import"]).status == 2)
        let outcome = try Program.run(["diff", "Specs/nowhere.yaml", "."])
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("There is no such file or folder"))
    }

    @Test("an import that has nothing to read says so and ends with 2")
    func importOfNothing() throws {
        let folder = try Program.run(["fixtures", "import", "--archive", "Specs/nowhere"])
        #expect(folder.status == 2)
        #expect(folder.error.contains("There is no such folder"))
        let recording = try Program.run(["fixtures", "import", "--har", "Package.resolved"])
        #expect(recording.status == 2)
        #expect(recording.error.contains("no recording in HAR 1.2"))
    }

    @Test(
        "a typo gets the nearest name",
        arguments: [
            (["genrate"], "Did you mean 'contractgen generate'?"),
            (["validat", "spec", "file"], "Did you mean 'contractgen validate'?"),
            (["fixtures", "imprt"], "Did you mean 'contractgen fixtures import'?"),
            (["lint", "--fromat", "json"], "Did you mean '--format'?"),
            (["lint", "--format", "jsno"], "Did you mean 'json'?"),
            (
                ["validate", "Specs/schemas/health.yaml#/$defs/Livenes", "x.json"],
                "Did you mean Specs/schemas/health.yaml#/$defs/Liveness?"
            ),
            (["mock", "Specs/services/tenant-servic.yaml"], "Did you mean tenant-service.yaml?"),
        ])
    func typos(arguments: [String], advice: String) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains(advice), "\(outcome.error)")
    }

    @Test("something that is no typo gets none")
    func noTypo() throws {
        #expect(!(try Program.run(["frobnicate"])).error.contains("Did you mean"))
    }

    @Test("errors are red on a terminal, plain in a pipe and where NO_COLOR is set")
    func colours() throws {
        let broken = "Generator/Tests/ContractModelTests/Negative/schema-type.yaml"
        let red = "\u{1B}[31m"
        #expect(try Program.onTerminal(["lint", broken]).output.contains(red))
        #expect(!(try Program.onTerminal(["lint", broken], environment: ["NO_COLOR": "1"])).output.contains("\u{1B}"))
        #expect(!(try Program.run(["lint", broken])).output.contains("\u{1B}"))
    }

    @Test(
        "verbs speak JSON",
        arguments: [
            ["lint", "--format", "json", "Specs/schemas/problem.yaml"], ["generate", "--format", "json", "--dry-run"],
            ["validate", "--format", "json", "Specs/schemas/health.yaml#/$defs/Liveness", "Package.resolved"],
        ])
    func json(arguments: [String]) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.output.hasPrefix("{"), "\(outcome.output) \(outcome.error)")
        #expect((try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))) is [String: Any])
    }

    @Test(
        "what cannot be read is said in JSON too, on standard output",
        arguments: [
            ["lint", "Specs/nowhere.yaml"], ["validate", "Specs/nowhere.yaml", "Package.resolved"],
            ["validate", "Specs/schemas/health.yaml#/$defs/Liveness", "nowhere.json"],
            ["diff", "Specs/nowhere.yaml", "."],
            ["diff", "Makefile", "."], ["docs", "Specs/nowhere.yaml"], ["mock", "Specs/nowhere.yaml"],
            ["generate", "--root", "Deploy"], ["check", "--root", "Deploy"],
            ["fixtures", "import", "--har", "nowhere.har"], ["fixtures", "import", "--archive", "nowhere"],
            ["fixtures", "scrub", "nowhere.json", "--root", "Deploy"], ["fixtures", "scrub", "Makefile"],
            ["fixtures", "uncovered", "--root", "Deploy"], ["conformance", "nowhere"], ["real-specs", "nowhere"],
        ])
    func failures(arguments: [String]) throws {
        let outcome = try Program.run(arguments + ["--format", "json"])
        #expect(outcome.status == 2 || outcome.status == 1)
        let report = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let found = try #require(report?["diagnostics"] as? [[String: Any]], "\(outcome.output)")
        #expect(!found.isEmpty && found.allSatisfy { $0["message"] is String && $0["file"] is String })
        let text = try Program.run(arguments)
        #expect(text.status == outcome.status)
        #expect(text.output + text.error != "" && !text.output.hasPrefix("{"))
    }

    @Test("a file to scrub that is not there is named, whatever the project")
    func scrubOfNothing() throws {
        let outcome = try Program.run(["fixtures", "scrub", "nowhere.json", "--root", "Deploy"])
        #expect(outcome.error.contains("nowhere.json") && !outcome.error.contains("contracts.yaml"))
    }
}
