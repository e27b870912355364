import ContractRuntime
import ServiceKit
import SharedContract
import SimulatorContract
import StateManagerContract
import TenantServiceContract

/// Where the installation and the simulators listen.
struct DemoAddresses: Sendable, Hashable {
    /// The public entry, for example `http://127.0.0.1:8080`.
    var gatewayURL: String
    /// The Meta simulator.
    var metaSimulatorURL: String
    /// The Genesys simulator.
    var genesysSimulatorURL: String
}

/// Shows the relay at work: onboards a tenant, lets a customer write and an agent answer, prints every hop with its time,
/// and then what that left in the stores.
struct DemoTranscript: Sendable {
    private let addresses: DemoAddresses
    private let tenant: DemoTenant
    private let recordings: DemoRecordings
    private let files: DemoFiles
    private let tenants: TenantServiceClient
    private let state: StateManagerClient
    private let meta: SimulatorClient
    private let genesys: SimulatorClient
    private let evidence: DemoEvidence
    private let output: @Sendable (String) -> Void

    /// Creates a demonstration.
    /// - Parameters:
    ///   - addresses: Where everything listens.
    ///   - adminKey: Key of the public API.
    ///   - tenant: Whom to onboard.
    ///   - recordings: What the platforms send.
    ///   - files: What customer and agent send.
    ///   - transport: Carries requests to a base URL.
    ///   - evidence: Reads the stores.
    ///   - output: Takes a line.
    init(
        addresses: DemoAddresses, adminKey: Secret, tenant: DemoTenant = DemoTenant(), recordings: DemoRecordings,
        files: DemoFiles,
        transport: (String) throws -> any ClientTransport, evidence: DemoEvidence,
        output: @escaping @Sendable (String) -> Void = { print($0) }
    ) rethrows {
        self.addresses = addresses
        self.tenant = tenant
        self.recordings = recordings
        self.files = files
        let gateway = try transport(addresses.gatewayURL)
        let credentials = ClientCredentials(bearerToken: adminKey.reveal())
        tenants = TenantServiceClient(transport: gateway, credentials: credentials)
        state = StateManagerClient(transport: gateway, credentials: credentials)
        meta = SimulatorClient(transport: try transport(addresses.metaSimulatorURL))
        genesys = SimulatorClient(transport: try transport(addresses.genesysSimulatorURL))
        self.evidence = evidence
        self.output = output
    }

    /// Runs it.
    /// - Returns: Whether every message arrived and every status came back.
    func run() async throws -> Bool {
        do {
            try await show()
            return true
        } catch let failure as DemoFailure {
            output("")
            output("✗ missing hop: \(failure.hop)")
            output("  \(failure.reason)")
            return false
        }
    }

    private func show() async throws {
        let onboarding = DemoOnboarding(
            tenant: tenant, addresses: addresses, tenants: tenants, meta: meta, genesys: genesys)
        let tenantID = try await onboarding.run()
        output("Tenant \"\(tenant.name)\" is onboarded: \(tenantID)")
        output("  WhatsApp number \(tenant.phoneNumberID) ↔ Genesys integration \(tenant.integrationID)")

        let metaLog = try await lastLine(meta)
        let genesysLog = try await lastLine(genesys)
        let conversation = DemoConversation(
            tenant: tenant, tenantID: tenantID, recordings: recordings, meta: meta, genesys: genesys, state: state)
        let (wamid, atGenesys) = try await conversation.sendInbound()
        output(
            "✓ the customer's text \"\(recordings.customerText.text)\" arrived at Genesys in conversation \(atGenesys.conversationId ?? "–")"
        )
        let (answerID, atMeta) = try await conversation.sendOutbound(to: atGenesys)
        output(
            "✓ the agent's answer \"\(recordings.agentText.text)\" arrived at WhatsApp and was delivered: \(atMeta.platformMessageId ?? "–")"
        )
        let picture = try await conversation.sendPicture(files.picture)
        output(
            "✓ the customer's picture \(files.picture.name) arrived at Genesys, \(picture.file.sizeBytes) bytes: "
                + "\(addresses.genesysSimulatorURL)/simulator/files/\(picture.file.id)")
        let document = try await conversation.sendDocument(files.document)
        output(
            "✓ the agent's document \(files.document.name) arrived at WhatsApp, \(document.file.sizeBytes) bytes: "
                + "\(addresses.metaSimulatorURL)/simulator/files/\(document.file.id)")

        var timeline = DemoTimeline()
        timeline.add(try await lines(meta, after: metaLog), of: "Meta")
        timeline.add(try await lines(genesys, after: genesysLog), of: "Genesys")
        timeline.add(atGenesys.receivedAt, "Genesys", "text received", id: atGenesys.platformMessageId ?? "")
        timeline.add(atMeta.receivedAt, "Meta", "text received", id: atMeta.platformMessageId ?? "")
        for id in [wamid, answerID, picture.messageID, document.messageID] {
            if let story = try await conversation.story(id) { timeline.add(story) }
        }
        section("Timeline", timeline.table)
        try await showEvidence(tenantID)
    }

    private func showEvidence(_ tenantID: String) async throws {
        for (title, table) in try await evidence.tables(tenant: tenantID) { section("Table \(title)", table) }
        section("Redis keys", try await evidence.keys())
        section("Buckets", try await evidence.objects(tenant: tenantID))
        section("Queues", try await evidence.queues())
    }

    private func section(_ title: String, _ table: TextTable) {
        output("")
        output(title)
        if table.isEmpty { output("  (nothing)") }
        for line in table.lines where !table.isEmpty { output(line) }
    }

    private func lastLine(_ simulator: SimulatorClient) async throws -> Int {
        try await lines(simulator, after: 0).last?.sequence ?? 0
    }

    private func lines(_ simulator: SimulatorClient, after sequence: Int) async throws -> [SimulatorLogLine] {
        let answer = try await DemoFailure.naming("simulator: GET /simulator/log") {
            try await simulator.getLog(GetLog.Input(after: sequence))
        }
        guard case .ok(let log) = answer else { throw DemoFailure.refused("simulator: GET /simulator/log", answer) }
        return log.lines
    }
}
