import ContractRuntime
import GenesysOpenMessagingContract
import GenesysPlatformContract
import HTTPTypes
import SimulatorContract

extension GenesysPlatform {
    /// Most bytes of an attachment (supported content profiles, read 2026-07).
    static let maximumAttachmentBytes = 25 << 20

    /// Keeps a file. Ids of downloads are hexadecimal.
    func keep(
        _ bytes: [UInt8], mime: String, filename: String? = nil, integration: String, origin: SimulatedFile.Origin,
        messageID: String? = nil, problem: String? = nil
    ) -> FileShelf.File {
        files.add(
            id: world.hexadecimal(32), account: integration, origin: origin, mime: mime, filename: filename,
            bytes: bytes, messageID: messageID, problem: problem, at: world.now())
    }

    func forgetFiles() { files = FileShelf() }

    /// What is left of a message's content: a file that the supported content profile does not let in is dropped from its
    /// message (supported content profiles, read 2026-07).
    func admissible(_ content: [OpenInboundMessageContent]?, integration id: String) -> [OpenInboundMessageContent]? {
        guard let allowed = integrations[id]?.inboundMediaTypes else { return content }
        return content?.filter { item in
            guard let mime = item.attachment?.mime.prefix(while: { $0 != ";" }) else { return true }
            return allowed.contains { $0 == "*/*" || $0 == mime || $0.hasSuffix("/*") && mime.hasPrefix($0.dropLast()) }
        }
    }
}

/// Downloads of agents' files, and the fetching of customers' attachments.
struct GenesysFiles: Sendable {
    let platform: GenesysPlatform

    /// Where a webhook says that a file is.
    func address(of file: FileShelf.File) -> String {
        "\(platform.configuration.baseURL)/api/v2/downloads/\(file.id)"
    }

    /// Where a download leads: an address of its own that needs no token.
    func signedAddress(of file: FileShelf.File) -> String {
        "\(platform.configuration.baseURL)/simulated-downloads/\(file.id)"
    }

    /// The address that a download redirects to. No part of the platform API: the host is another one there.
    var route: Route {
        Route(
            method: .get, template: "/simulated-downloads/{fileId}", operationID: "downloadFile", bodyLimit: 0
        ) { request in
            guard let file = await platform.files[request.pathParameters["fileId"] ?? ""] else {
                return ContractResponse(status: 404)
            }
            return ContractResponse(status: 200, headers: [.contentType: file.mime], body: .bytes(file.bytes))
        }
    }

    /// Fetches the attachments of a customer's message, as Genesys does: without a token, 25 MB at most.
    func fetchAttachments(of content: [OpenInboundMessageContent], id: String, integration: String) async {
        for case let attachment? in content.map(\.attachment) where attachment.mediaType != .link {
            var bytes: [UInt8] = []
            var problem: String?
            do {
                bytes = try await platform.world.fetch(
                    attachment.url, limit: GenesysPlatform.maximumAttachmentBytes
                ).bytes
            } catch { problem = "\(error)" }
            _ = await platform.keep(
                bytes, mime: attachment.mime, filename: attachment.filename, integration: integration,
                origin: .fetched, messageID: id, problem: problem.map { String($0.prefix(1_000)) })
        }
    }
}
