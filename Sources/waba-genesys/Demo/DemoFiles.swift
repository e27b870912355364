import ContractJSON
import ContractRuntime
import Foundation
import SharedContract
import SimulatorContract

/// A file that the demonstration sends.
struct DemoFile: Sendable {
    let name: String
    let mime: String
    let bytes: [UInt8]

    /// - Throws: ``DemoFailure`` if it can't be read.
    init(path: String, mime: String) throws {
        guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else {
            throw DemoFailure(hop: "file \(path)", reason: "there is no such file, or it is empty")
        }
        name = path.split(separator: "/").last.map(String.init) ?? path
        self.mime = mime
        bytes = Array(data)
    }
}

/// What the demonstration sends as files.
struct DemoFiles: Sendable {
    /// The customer's picture.
    let picture: DemoFile
    /// The agent's document.
    let document: DemoFile

    /// Reads the two files.
    init(picture: String, document: String) throws {
        self.picture = try DemoFile(path: picture, mime: "image/png")
        self.document = try DemoFile(path: document, mime: "application/pdf")
    }
}

/// A file that arrived on the other side.
struct DemoArrival: Sendable {
    /// The message that brought it, by its id on the side that it came from.
    let messageID: String
    /// What the other platform holds.
    let file: SimulatedFile
}

extension DemoConversation {
    static let caption = "Is this the bread you mean?"
    static let note = "Here is your order."

    /// Has the customer send a picture and waits until Genesys has fetched the very bytes.
    func sendPicture(_ file: DemoFile) async throws -> DemoArrival {
        let stored = try await put(file, on: meta, account: tenant.phoneNumberID, "Meta")
        let before = try await same(as: stored, on: genesys).count
        let image = JSONObject([
            ("id", .string(stored.id)), ("mime_type", .string(file.mime)),
            ("sha256", .string(stored.sha256Base64 ?? "")), ("caption", .string(Self.caption)),
        ])
        let output = try await meta.sendCustomerMessage(
            .init(
                body: CustomerMessage(
                    phoneNumberId: tenant.phoneNumberID,
                    customer: CustomerIdentity(waId: tenant.customer, displayName: tenant.customerName),
                    message: JSONObject([("type", "image"), ("image", .object(image))]))))
        guard case .accepted(let sent) = output, let wamid = sent.messageIds.first else {
            throw DemoFailure.refused("Meta simulator: send a picture", output)
        }
        let arrived = try await waiting { try await same(as: stored, on: genesys).dropFirst(before).last }
        guard let arrived else { throw try await missing("customer's picture → Meta → relay → Genesys", wamid) }
        return DemoArrival(messageID: wamid, file: arrived)
    }

    /// Has the agent send a document and waits until Meta has the very bytes.
    func sendDocument(_ file: DemoFile) async throws -> DemoArrival {
        let stored = try await put(file, on: genesys, account: tenant.integrationID, "Genesys")
        let before = try await same(as: stored, on: meta).count
        let output = try await genesys.sendAgentMessage(
            .init(
                body: AgentMessage(
                    integrationId: tenant.integrationID, to: tenant.customer, text: Self.note,
                    attachments: [AgentAttachment(fileId: stored.id, mediaType: .file, filename: file.name)])))
        guard case .accepted(let sent) = output, let id = sent.messageIds.first else {
            throw DemoFailure.refused("Genesys simulator: send a document", output)
        }
        let arrived = try await waiting { try await same(as: stored, on: meta).dropFirst(before).last }
        guard let arrived else { throw try await missing("agent's document → Genesys → relay → Meta", id) }
        return DemoArrival(messageID: id, file: arrived)
    }

    private func put(
        _ file: DemoFile, on simulator: SimulatorClient, account: String, _ platform: String
    ) async throws -> SimulatedFile {
        let output = try await simulator.putFile(.init(account: account, mime: file.mime, body: .bytes(file.bytes)))
        guard case .created(let stored) = output else {
            throw DemoFailure.refused("\(platform) simulator: keep a file", output)
        }
        return stored
    }

    /// The files with the same bytes that came from the relay: Genesys fetches them; Meta does where they are sent as links,
    /// else they were uploaded.
    private func same(as sent: SimulatedFile, on simulator: SimulatorClient) async throws -> [SimulatedFile] {
        let output = try await simulator.listFiles(.init())
        guard case .ok(let files) = output else { throw DemoFailure.refused("simulator: GET /simulator/files", output) }
        return files.items.filter { $0.origin != .put && $0.sha256 == sent.sha256 && $0.problem == nil }
    }

    private func missing(_ hop: String, _ id: String) async throws -> DemoFailure {
        let story = try await story(id)
        let failure = story?.tracking.lastFailure.map { " (\($0.code ?? "no code"): \($0.reason))" } ?? ""
        return DemoFailure(
            hop: hop,
            reason: "the bytes did not arrive; the relay has the message as "
                + (story?.tracking.status.rawValue ?? "unknown") + failure)
    }
}
