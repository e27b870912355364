import ContractJSON
import ContractRuntime
import SharedContract
import SimulatorContract

extension LoadedSite {
    /// As large as WhatsApp takes.
    private static let documentBytes = 100 << 20

    /// Sends a document of 100 MB each way.
    /// - Returns: How many bytes each process grew at its peak.
    func memoryOfLargeDocument(_ memory: ProcessMemory) async throws -> [String: Int] {
        guard let conversation = next().conversation else { throw LoadError("no conversation is open") }
        var document = Array("%PDF-1.7\n".utf8)
        document += [UInt8](repeating: 0x20, count: Self.documentBytes - document.count)
        let theirs = try await put(document, on: meta, account: tenant.phoneNumberID)
        let ours = try await put(document, on: genesys, account: tenant.integrationID)
        document = []
        let before = try memory.residentBytes(peak: false)
        try memory.forgetPeaks()
        try await sendDocument(theirs, of: conversation.customer)
        try await sendDocument(ours, to: conversation.customer)
        let after = try memory.residentBytes(peak: true)
        return after.reduce(into: [:]) { $0[$1.key] = max($1.value - (before[$1.key] ?? 0), 0) }
    }

    private func put(_ bytes: [UInt8], on simulator: SimulatorClient, account: String) async throws -> String {
        let output = try await simulator.putFile(
            PutFile.Input(account: account, mime: "application/pdf", body: .bytes(bytes)),
            options: RequestOptions(timeout: .seconds(120)))
        guard case .created(let file) = output else { throw LoadError("the simulator did not keep the document") }
        return file.id
    }

    /// A customer's document; more than Genesys takes, so that the agent gets a link.
    private func sendDocument(_ id: String, of customer: String) async throws {
        let media: JSONValue = [
            "id": .string(id), "mime_type": "application/pdf", "filename": "large.pdf",
        ]
        let order = CustomerMessage(
            phoneNumberId: tenant.phoneNumberID, customer: CustomerIdentity(waId: customer),
            message: JSONObject([("type", "document"), ("document", media)]))
        guard case .accepted = try await meta.sendCustomerMessage(SendCustomerMessage.Input(body: order)) else {
            throw LoadError("the customer could not send the document")
        }
        try await arrival("the customer's document") {
            try await self.received(.inbound, after: 0).contains { $0.text?.contains("large.pdf, 100 MB") == true }
        }
    }

    /// An agent's document, which is uploaded.
    private func sendDocument(_ id: String, to customer: String) async throws {
        let order = AgentMessage(
            integrationId: tenant.integrationID, to: customer,
            attachments: [AgentAttachment(fileId: id, mediaType: .file, filename: "large.pdf")])
        guard case .accepted = try await genesys.sendAgentMessage(SendAgentMessage.Input(body: order)) else {
            throw LoadError("the agent could not send the document")
        }
        try await arrival("the agent's document") {
            guard case .ok(let files) = try await self.meta.listFiles(ListFiles.Input()) else { return false }
            return files.items.contains { $0.origin == .uploaded && $0.sizeBytes == Self.documentBytes }
        }
    }

    private func arrival(_ what: String, _ hasArrived: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + Self.patience
        while try await !hasArrived() {
            guard ContinuousClock.now < deadline else { throw LoadError("\(what) did not arrive") }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
