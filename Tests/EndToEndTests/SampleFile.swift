import ContractJSON
import ContractRuntime
import Crypto
import Foundation
import HTTPTransport
import SharedContract
import SimulatorContract
import Testing

/// A file that tests send.
struct SampleFile: Sendable {
    /// WhatsApp's word for its kind.
    let type: String
    let name: String
    let mime: String
    var caption: String?
    let bytes: [UInt8]

    var essence: String { String(mime.prefix { $0 != ";" }) }
    var sha256: String { Self.hexadecimal(SHA256.hash(data: bytes)) }

    static let picture = SampleFile(
        type: "image", name: "picture.png", mime: "image/png", caption: "A picture",
        bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + noise(30_000))
    static let voice = SampleFile(
        type: "audio", name: "voice.ogg", mime: "audio/ogg; codecs=opus",
        bytes: Array("OggS".utf8) + [UInt8](repeating: 0, count: 24) + Array("OpusHead".utf8) + noise(9_000))
    static let sticker = SampleFile(
        type: "sticker", name: "sticker.webp", mime: "image/webp",
        bytes: Array("RIFF\u{10}\u{0}\u{0}\u{0}WEBPVP8 ".utf8) + noise(4_000))
    static let document = SampleFile(
        type: "document", name: "document.pdf", mime: "application/pdf", caption: "A document",
        bytes: Array("%PDF-1.7\n".utf8) + noise(200_000))
    /// Moving pictures of a kind that WhatsApp does not know.
    static let animation = SampleFile(
        type: "image", name: "party.gif", mime: "image/gif", bytes: Array("GIF89a".utf8) + noise(1_000))
    /// A program that says that it is a picture.
    static let program = SampleFile(
        type: "image", name: "photo.png", mime: "image/png",
        bytes: Array("MZ".utf8) + [0x90, 0, 3, 0, 0, 0] + noise(1_000))
    /// As large as WhatsApp takes.
    static let huge = SampleFile(
        type: "document", name: "document.pdf", mime: "application/pdf", caption: "A document",
        bytes: Array("%PDF-1.7\n".utf8) + noise((100 << 20) - 9))

    /// Bytes without a pattern that a line could be mistaken for; the same at every run.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            for index in 0..<count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                buffer[index] = UInt8(truncatingIfNeeded: state >> 56)
            }
            filled = count
        }
    }

    static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension RelayWorld {
    /// Has a customer send a file.
    func customerSends(_ file: SampleFile, from customer: String, to line: Line) async throws {
        let stored = try await put(file, on: meta, account: line.phoneNumberID)
        var media = JSONObject([
            ("id", .string(stored.id)), ("mime_type", .string(file.mime)),
            ("sha256", .string(stored.sha256Base64 ?? "")),
        ])
        if let caption = file.caption { media["caption"] = .string(caption) }
        if file.type == "audio" { media["voice"] = true }
        if file.type == "document" { media["filename"] = .string(file.name) }
        let order = CustomerMessage(
            phoneNumberId: line.phoneNumberID, customer: CustomerIdentity(waId: customer),
            message: JSONObject([("type", .string(file.type)), (file.type, .object(media))]))
        guard case .accepted = try await meta.sendCustomerMessage(.init(body: order)) else {
            throw Unexpected("sendCustomerMessage")
        }
    }

    /// Has an agent send a file.
    /// - Returns: The message's id at Genesys.
    @discardableResult
    func agentSends(_ file: SampleFile, saying text: String?, to customer: String, of line: Line) async throws -> String
    {
        let stored = try await put(file, on: genesys, account: line.integrationID)
        let mediaType: GenesysMediaType =
            switch file.type {
            case "image", "sticker": .image
            case "audio": .audio
            default: .file
            }
        let order = AgentMessage(
            integrationId: line.integrationID, to: customer, text: text,
            attachments: [AgentAttachment(fileId: stored.id, mediaType: mediaType, filename: file.name)])
        guard case .accepted(let sent) = try await genesys.sendAgentMessage(.init(body: order)) else {
            throw Unexpected("sendAgentMessage")
        }
        return try #require(sent.messageIds.first)
    }

    func put(_ file: SampleFile, on simulator: SimulatorClient, account: String) async throws -> SimulatedFile {
        let output = try await simulator.putFile(
            .init(account: account, mime: file.mime, body: .bytes(file.bytes)),
            options: RequestOptions(timeout: .seconds(120)))
        guard case .created(let stored) = output else { throw Unexpected("putFile: \(output)") }
        return stored
    }

    /// The files that a platform holds of a tenant, in the order of arrival.
    func files(at side: Side, _ line: Line, _ origin: SimulatedFile.Origin) async throws -> [SimulatedFile] {
        guard case .ok(let files) = try await (side == .meta ? meta : genesys).listFiles(.init()) else {
            throw Unexpected("listFiles")
        }
        return files.items.filter { $0.origin == origin && $0.account == line.account(at: side) }
    }

    /// SHA-256 of what is at an address.
    func digest(of url: String) async throws -> String {
        let address = try WebAddress(url)
        let transport = try CurlTransport(baseURL: address.origin, engine: installation.engine)
        let response = try await transport.send(
            ContractRequest(method: .get, target: address.target),
            options: RequestOptions(timeout: .seconds(60), streamsResponse: true))
        try #require(response.status == 200)
        guard case .stream(let chunks, _) = response.body else { throw Unexpected("no stream") }
        var hasher = SHA256()
        for try await chunk in chunks { hasher.update(data: chunk) }
        return SampleFile.hexadecimal(hasher.finalize())
    }
}

extension JSONObject {
    var value: JSONValue { .object(self) }
}
