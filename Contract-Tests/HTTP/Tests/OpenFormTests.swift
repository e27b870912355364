import ContractRuntime
import HTTPTypes
import ShowcaseContract
import Testing

/// Forms whose fields mean what the contract says of them all, and parameters without a value.
@Suite("Open forms and empty values", .timeLimit(.minutes(1)))
struct OpenFormTests {
    @Test("fields that only a branch or additionalProperties names are of their type, lists of objects are texts each")
    func openForm() async throws {
        try await withShowcase { client, transport in
            let form = try SendOpenForm.RequestBody(
                json: Array(#"{"kind":"number","points":[{"x":1},{"x":2}],"value":5,"more":6}"#.utf8))
            guard case .ok(let echo) = try await client.sendOpenForm(SendOpenForm.Input(body: form)) else {
                throw Unexpected("no echo")
            }
            #expect(try SendOpenForm.RequestBody(json: Array(echo.seen[0].utf8)) == form)
            for (body, status) in [
                ("kind=number&value=5&more=6&points=%7B%22x%22%3A1%7D&points=%7B%22x%22%3A2%7D", 200),
                ("kind=text&points=%5B%7B%22x%22%3A1%7D%5D", 200), ("kind=text&more=six", 400),
                ("kind=number&points=%7B%22y%22%3A1%7D", 400),
            ] {
                let response = try await transport.send(
                    ContractRequest(
                        method: .post, target: "/bodies/open-form",
                        headers: [.contentType: "application/x-www-form-urlencoded"], body: .bytes(Array(body.utf8))),
                    options: RequestOptions())
                #expect(response.status == status, "\(body)")
            }
        }
    }

    @Test("an empty value counts as none where the contract allows it and the schema has no empty text")
    func emptyValues() async throws {
        try await withShowcase { _, transport in
            for (query, seen) in [("page=&text=", ["-", "\"\""]), ("page", ["-", "-"]), ("page=3", ["3", "-"])] {
                let response = try await transport.send(
                    ContractRequest(method: .get, target: "/styles/empty?\(query)"), options: RequestOptions())
                let bytes = try await response.body.collect(limit: 1 << 20)
                let echo = try Echo(json: bytes)
                #expect(echo.seen == seen, "\(query)")
            }
            let refused = try await transport.send(
                ContractRequest(method: .get, target: "/styles/empty?page=x"), options: RequestOptions())
            #expect(refused.status == 400)
        }
        #expect(EmptyValues.servers == ["https://eu.example.com"])
        #expect(ShowcaseClient.servers == ["http://localhost"])
    }
}
