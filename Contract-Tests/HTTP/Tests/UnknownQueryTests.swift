import ContractRuntime
import HTTPTypes
import ShowcaseContract
import Testing

/// A typo in a query is told; without that a filter that nobody knows would answer with everything.
@Suite("Query parameters that an operation does not take", .timeLimit(.minutes(1)))
struct UnknownQueryTests {
    private static func ask(_ method: HTTPRequest.Method, _ target: String, body: String? = nil) async throws
        -> (status: Int, text: String)
    {
        let table = RouteTable(routes: ShowcaseService().routes, authenticator: Nobody())
        let response = await table.respond(
            to: ContractRequest(
                method: method, target: target, headers: body == nil ? [:] : [.contentType: "application/json"],
                body: body.map { .bytes(Array($0.utf8)) } ?? .bytes([])),
            traceparent: TraceContext.make())
        return (response.status, String(decoding: try await response.body.collect(limit: 1 << 20), as: UTF8.self))
    }

    @Test(
        "are named, with the one that was meant",
        arguments: [
            ("/items?cursr=1", #"there is no query parameter \"cursr\"; did you mean \"cursor\"?"#),
            ("/items?cursor=1&page=2", #"there is no query parameter \"page\"; there are cursor"#),
            ("/items?Cursor=1", #"did you mean \"cursor\"?"#),
        ])
    func named(_ target: String, _ message: String) async throws {
        let answer = try await Self.ask(.get, target)
        #expect(answer.status == 400)
        #expect(answer.text.contains(message), "\(answer.text)")
        #expect(answer.text.contains("/query/"))
    }

    @Test("are refused also by an operation that takes none")
    func none() async throws {
        let answer = try await Self.ask(
            .post, "/subscriptions?dryRun=true", body: #"{"callback":"https://a.example/"}"#)
        #expect(answer.status == 400 && answer.text.contains("this operation takes none"), "\(answer.text)")
    }

    @Test("what is taken passes, and operations that are no program's put up with more")
    func taken() async throws {
        #expect(try await Self.ask(.get, "/items?cursor=1").status == 200)
        #expect(try await Self.ask(.get, "/items").status == 200)
    }
}

private struct Nobody: Authenticator {
    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? {
        Principal(name: "tester")
    }
}
