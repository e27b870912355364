import ContractRuntime
import HTTPTypes

extension SimulatorWorld {
    /// Fetches a file from an address that the relay gave, as the platforms do: without a credential.
    /// - Parameters:
    ///   - url: An absolute http or https URL.
    ///   - limit: Most bytes.
    /// - Returns: The file and the media type that its server names.
    /// - Throws: A problem that says why there is no file, ``TransportError``, ``BodyTooLarge``.
    func fetch(_ url: String, limit: Int) async throws -> (bytes: [UInt8], mime: String?) {
        guard let address = WebhookAddress(url) else {
            throw ProblemDocument(status: 400, title: "no address", detail: "no http or https URL")
        }
        let response = try await transport(address.base).send(
            ContractRequest(method: .get, target: address.target),
            options: RequestOptions(timeout: .seconds(20), responseBodyLimit: limit))
        guard response.status == 200 else {
            throw ProblemDocument(
                status: response.status, title: "refused", detail: "the address answered \(response.status)")
        }
        return (try await response.body.collect(limit: limit), response.headers[.contentType])
    }
}
