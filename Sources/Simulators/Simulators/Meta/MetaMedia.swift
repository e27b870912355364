import ContractJSON
import ContractRuntime
import HTTPTypes
import WhatsAppGraphContract

/// Upload, look-up, download and deletion of media (Cloud API, media, read 2026-09).
extension MetaGraph {
    /// Mime types that can be uploaded; every one may be as large as a document, since how it will be sent is not said yet.
    private static let limits: [String: Int] = Dictionary(
        uniqueKeysWithValues: MediaKindRules.all.flatMap(\.types).map { type in
            (type, type == "image/webp" ? MediaKindRules.animatedStickerBytes : 100 << 20)
        })

    func uploadMedia(_ input: UploadMedia.Input, _ context: RequestContext) async throws -> UploadMedia.Output {
        guard await platform.number(input.phoneNumberId, token: Self.token(context)) != nil else {
            return .undocumented(GraphRefusal.unknownObject(input.phoneNumberId, method: "post").response)
        }
        let body = try await input.body.collect(limit: (100 << 20) + (64 << 10))
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
        let medium = await platform.store(
            Array(file.bytes),
            mime: mimeType,
            filename: file.fileName,
            number: input.phoneNumberId,
            origin: .uploaded
        )
        return .ok(MediaUploadResponse(id: medium.id))
    }

    func deleteMedia(_ input: DeleteMedia.Input, _ context: RequestContext) async throws -> DeleteMedia.Output {
        guard let medium = await platform.medium(input.nodeId, token: Self.token(context)),
            input.phoneNumberId.map({ $0 == medium.account }) ?? true
        else { return .undocumented(GraphRefusal.unknownObject(input.nodeId, method: "delete").response) }
        await platform.deleteMedium(input.nodeId)
        return .ok(SuccessResponse(success: true))
    }

    /// Fetches what a message names by its address, which happens after the message was accepted (send messages, read
    /// 2025-12).
    /// - Returns: Why the message fails; nil if it does not.
    func fetch(_ link: String, sentAs kind: String, number: String, token: String?) async -> String? {
        guard await platform.number(number, token: token) != nil else { return nil }
        let limit = MediaKindRules.all.first { $0.kind == kind }?.maximumBytes ?? 0
        do {
            let (bytes, mime) = try await platform.world.fetch(link, limit: limit)
            let file = await platform.store(
                bytes, mime: mime ?? "application/octet-stream", number: number, origin: .fetched)
            try MediaKindRules.check(file, sentAs: kind)
            return nil
        } catch let refusal as GraphRefusal {
            return refusal.details ?? refusal.message
        } catch {
            return "Downloading media from weblink failed: \(error)"
        }
    }

    func describe(_ medium: FileShelf.File) async -> Media {
        Media(
            id: medium.id,
            url: await platform.address(of: medium),
            messagingProduct: "whatsapp",
            mimeType: medium.mime,
            sha256: medium.sha256Hexadecimal,
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
            let id = request.pathParameters["mediaId"] ?? ""
            let query = PercentCoding.pairs(request.request.query ?? "") ?? []
            func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
            // Without a user agent downloads are refused (seen 2022), without a token too.
            guard token != nil, request.request.headers[.userAgent]?.isEmpty == false else {
                return ContractResponse(status: 401)
            }
            guard await platform.isGood(medium: id, end: value("ext"), hash: value("hash")),
                let medium = await platform.medium(id, token: token)
            else { return ContractResponse(status: 404) }
            return ContractResponse(
                status: 200,
                headers: [.contentType: medium.mime],
                body: .bytes(medium.bytes)
            )
        }
    }
}
