import ContractInterpreter
import ContractJSON
import Testing

@Suite("Bowtie's protocol")
struct BowtieHarnessTests {
    private static func answer(_ line: String, started: Bool = true) throws -> JSONValue? {
        var harness = BowtieHarness(assertsFormat: false)
        if started { _ = try harness.answer(to: #"{"cmd": "start", "version": 1}"#) }
        return try harness.answer(to: line)
    }

    @Test("a case is answered with its sequence number, whatever that is, and one verdict a test")
    func run() throws {
        let answer = try Self.answer(
            #"{"cmd": "run", "seq": {"a": 1}, "case": {"schema": {"$ref": "http://a/b#/x"}, "#
                + #""registry": {"http://a/b": {"x": {"minimum": 3}}}, "tests": [{"instance": 2}, {"instance": 4}]}}"#)
        #expect(answer == ["seq": ["a": 1], "results": [["valid": false], ["valid": true]]])
    }

    @Test(
        "a case that cannot be judged is an error of that case, not a verdict",
        arguments: [
            #"{"cmd": "run", "seq": 1}"#,
            #"{"cmd": "run", "seq": 1, "case": {"tests": [{"instance": 1}]}}"#,
            #"{"cmd": "run", "seq": 1, "case": {"schema": true}}"#,
            #"{"cmd": "run", "seq": 1, "case": {"schema": {"type": "strng"}, "tests": [{"instance": 1}]}}"#,
            #"{"cmd": "run", "seq": 1, "case": {"schema": {"$ref": "http://nowhere/"}, "tests": [{"instance": 1}]}}"#,
        ])
    func errors(line: String) throws {
        let answer = try #require(try Self.answer(line))
        #expect(answer["seq"] == 1)
        #expect(answer["errored"] == true)
        #expect(answer["context"]?["message"]?.string?.isEmpty == false)
        #expect(answer["results"] == nil)
    }

    @Test("another dialect is declined")
    func dialects() throws {
        let standard = #"{"cmd": "dialect", "dialect": "https://json-schema.org/draft/2020-12/schema"}"#
        #expect(try Self.answer(standard) == ["ok": true])
        let other = #"{"cmd": "dialect", "dialect": "http://json-schema.org/draft-07/schema#"}"#
        #expect(try Self.answer(other) == ["ok": false])
    }

    @Test(
        "what is no request of the protocol ends it with a reason",
        arguments: [
            ("no JSON", "The request is no JSON"), ("[]", "The request has no cmd"),
            (#"{"cmd": "fly"}"#, "There is no command fly"), (#"{"cmd": "start", "version": 9}"#, "Only version 1"),
        ])
    func breaches(line: String, reason: String) {
        let error = #expect(throws: BowtieHarness.ProtocolError.self) { try Self.answer(line) }
        #expect(error?.description.hasPrefix(reason) == true)
        #expect(throws: BowtieHarness.ProtocolError.self) {
            try Self.answer(#"{"cmd": "run", "seq": 1, "case": {"schema": true, "tests": []}}"#, started: false)
        }
    }

    @Test("stop is the last one") func stop() throws { #expect(try Self.answer(#"{"cmd": "stop"}"#) == nil) }
}
