import ContractJSON
import ContractRuntime
import Crypto
import HTTPTypes
import WhatsAppGraphContract

/// Upload, look-up, download and deletion of media (Cloud API, media, read 2026-09).
extension MetaGraph {
    /// Mime types that can be uploaded and their most bytes.
    private static let limits: [String: Int] = [
        "audio/aac": 16 << 20, "audio/amr": 16 << 20, "audio/mpeg": 16 << 20, "audio/mp4": 16 << 20,
        "audio/ogg": 16 << 20, "text/plain": 100 << 20, "application/pdf": 100 << 20,
        "application/vnd.ms-excel": 100 << 20, "application/msword": 100 << 20,
        "application/vnd.ms-powerpoint": 100 << 20,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": 100 << 20,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 100 << 20,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": 100 << 20,
        "image/jpeg": 5 << 20, "image/png": 5 << 20, "image/webp": 500 << 10, "video/mp4": 16 << 20,
        "video/3gpp": 16 << 20,
    ]

    func uploadMedia(_ input: UploadMedia.Input, _ context: RequestContext) async throws -> UploadMedia.Output {
        guard await platform.number(input.phoneNumberId, token: Self.token(context)) != nil else {
            return .undocumented(GraphRefusal.unknownObject(input.phoneNumberId, method: "post").response)
        }
        let body = try await input.body.collect(limit: 100 << 20)
        guard let parts = MultipartForm(body, contentType: input.contentType) else {
            return .undocumented(GraphRefusal.invalidParameter("The body is no multipart/form-data").response)
        }
        guard parts.text("messaging_product") == "whatsapp" else {
            return .undocumented(GraphRefusal.invalidParameter("The parameter messaging_product is required.").response)
        }
        guard let file = parts.part("file"), file.fileName != nil, let mimeType = file.contentType ?? parts.text("type")
        else {
            return .undocumented(GraphRefusal.invalidParameter("The parameter file is required.").response)
        }
        let essence = String(mimeType.prefix { $0 != ";" })
        guard let limit = Self.limits[essence] else {
            let details = "Param file must be a file with one of the supported types, not \(essence)"
            return .undocumented(
                GraphRefusal.invalidParameter("Param file has an unsupported type", details: details).response
            )
        }
        guard file.bytes.count <= limit else {
            let details = "at most \(limit) bytes of \(essence)"
            return .undocumented(GraphRefusal.invalidParameter("Param file is too large", details: details).response)
        }
        let digest = SHA256.hash(data: file.bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let id = await platform.store(
            Array(file.bytes),
            mimeType: mimeType,
            sha256: digest,
            number: input.phoneNumberId
        )
        return .ok(MediaUploadResponse(id: id))
    }

    func deleteMedia(_ input: DeleteMedia.Input, _ context: RequestContext) async throws -> DeleteMedia.Output {
        guard let medium = await platform.medium(input.nodeId, token: Self.token(context)),
            input.phoneNumberId.map({ $0 == medium.numberID }) ?? true
        else { return .undocumented(GraphRefusal.unknownObject(input.nodeId, method: "delete").response) }
        await platform.deleteMedium(input.nodeId)
        return .ok(SuccessResponse(success: true))
    }

    func describe(_ medium: MetaPlatform.Medium) async -> Media {
        let configuration = platform.configuration
        return Media(
            id: medium.id,
            url: "\(configuration.baseURL)/simulated-media/\(medium.id)",
            messagingProduct: "whatsapp",
            mimeType: medium.mimeType,
            sha256: medium.sha256,
            fileSize: .integer(JSONNumber(medium.bytes.count))
        )
    }

    /// The address that media look-ups name. No part of the Graph API: the host is another one there.
    var downloadRoute: Route {
        Route(
            method: .get,
            template: "/simulated-media/{mediaId}",
            operationID: "downloadMedia",
            security: GetNode.security,
            bodyLimit: 0
        ) { request in
            let token = MetaFront.bearerToken(request.request.headers)
            guard let medium = await platform.medium(request.pathParameters["mediaId"] ?? "", token: token) else {
                return ContractResponse(status: 404)
            }
            return ContractResponse(
                status: 200,
                headers: [.contentType: medium.mimeType],
                body: .bytes(medium.bytes)
            )
        }
    }
}
