import ContractJSON
import ContractRuntime
import ServiceKit
import SharedContract
import SimulatorContract

/// The part of the control interface that both simulators answer alike.
protocol ControlledSimulator: SimulatorHandler {
    var journal: Journal { get }
    var faults: FaultPlan { get }
    var deliveries: WebhookDeliverer { get }
    var operations: OperationsAnswers { get }

    /// The address and secret that webhooks about an account use; nil if there is no such account.
    func webhookAccount(_ account: String) async -> WebhookAccount?
    /// Takes note of what a webhook tells the other side, so that answers to it are understood.
    func noteRawWebhook(_ body: [UInt8]) async
    /// Addresses a recorded webhook to an account that exists.
    func readdress(_ document: JSONValue, _ request: ReplayRequest) async -> Readdressing
    /// Keeps a file for people to send; nil if there is no such account.
    func keep(_ bytes: [UInt8], mime: String, account: String) async -> FileShelf.File?
    /// The files that the platform holds.
    func files() async -> [FileShelf.File]
    /// One of them.
    func file(_ id: String) async -> FileShelf.File?
    /// Forgets what is neither number nor integration.
    func forget() async
}

extension ControlledSimulator {
    func sendRawWebhook(_ input: SendRawWebhook.Input, _ context: RequestContext) async throws -> SendRawWebhook.Output
    {
        guard let body = Self.bytes(input.body.body, base64: input.body.bodyBase64) else {
            return .badRequest(Self.problem(400, "Bad Request", "either body or bodyBase64 says what to send"))
        }
        guard var account = await webhookAccount(input.body.account) else {
            return .notFound(Self.problem(404, "Not Found", "there is no such number or integration here"))
        }
        if let url = input.body.url { account.url = url }
        await noteRawWebhook(body)
        let delivery = await deliveries.enqueue(
            WebhookOrder(
                account: account,
                lane: nil,
                body: body,
                signature: input.body.signature,
                retries: input.body.retry,
                about: "raw webhook, signature \(input.body.signature.rawValue)"
            )
        )
        await journal.log(.control, "sendRawWebhook", "webhook \(delivery.sequence) for \(account.id)")
        return .accepted(delivery)
    }

    func replayWebhook(_ input: ReplayWebhook.Input, _ context: RequestContext) async throws -> ReplayWebhook.Output {
        guard let bytes = Self.bytes(input.body.body, base64: input.body.bodyBase64) else {
            return .badRequest(Self.problem(400, "Bad Request", "either body or bodyBase64 holds the recording"))
        }
        guard let account = await webhookAccount(input.body.account) else {
            return .notFound(Self.problem(404, "Not Found", "there is no such number or integration here"))
        }
        let recording = RecordedWebhook(bytes)
        var readdressing = Readdressing()
        if let document = recording.document { readdressing = await readdress(document, input.body) }
        let body = recording.replacing(readdressing.replacements)
        await noteRawWebhook(body)
        let delivery = await deliveries.enqueue(
            WebhookOrder(
                account: account,
                lane: nil,
                body: body,
                signature: input.body.signature,
                retries: input.body.retry,
                about: "recorded webhook, signature \(input.body.signature.rawValue)"
            )
        )
        await journal.log(.control, "replayWebhook", "webhook \(delivery.sequence) for \(account.id)")
        return .accepted(ReplayedWebhook(delivery: delivery, messageIds: readdressing.messageIDs))
    }

    private static func bytes(_ text: String?, base64: String?) -> [UInt8]? {
        switch (text, base64) {
        case (let text?, nil): Array(text.utf8)
        case (nil, let text?): Base64.decode(text)
        default: nil
        }
    }

    func putFile(_ input: PutFile.Input, _ context: RequestContext) async throws -> PutFile.Output {
        let bytes = try await input.body.collect(limit: PutFile.bodyLimit)
        guard let file = await keep(bytes, mime: input.mime, account: input.account) else {
            return .notFound(Self.problem(404, "Not Found", "there is no such number or integration here"))
        }
        await journal.log(.control, "putFile", "\(bytes.count) bytes of \(input.mime) for \(input.account): \(file.id)")
        return .created(file.description)
    }

    func listFiles(_ input: ListFiles.Input, _ context: RequestContext) async throws -> ListFiles.Output {
        .ok(SimulatedFiles(items: await files().map(\.description)))
    }

    func getFile(_ input: GetFile.Input, _ context: RequestContext) async throws -> GetFile.Output {
        guard let file = await file(input.fileId), file.problem == nil else {
            return .notFound(Self.problem(404, "Not Found", "there is no such file here"))
        }
        return .ok(.bytes(file.bytes))
    }

    func listReceivedMessages(_ input: ListReceivedMessages.Input, _ context: RequestContext) async throws
        -> ListReceivedMessages.Output
    {
        .ok(await journal.received(input))
    }

    func listDeliveries(_ input: ListDeliveries.Input, _ context: RequestContext) async throws -> ListDeliveries.Output
    {
        .ok(await deliveries.list(input))
    }

    func getLog(_ input: GetLog.Input, _ context: RequestContext) async throws -> GetLog.Output {
        .ok(SimulatorLog(lines: await journal.log(after: input.after ?? 0)))
    }

    func listFaults(_ input: ListFaults.Input, _ context: RequestContext) async throws -> ListFaults.Output {
        .ok(FaultList(items: await faults.left))
    }

    func injectFault(_ input: InjectFault.Input, _ context: RequestContext) async throws -> InjectFault.Output {
        guard await faults.inject(input.body) else {
            return .badRequest(Self.problem(400, "Bad Request", "there are too many faults already"))
        }
        await journal.log(.control, "injectFault", "\(input.body.count) calls of \(input.body.operation) will fail")
        return .noContent
    }

    func clearFaults(_ input: ClearFaults.Input, _ context: RequestContext) async throws -> ClearFaults.Output {
        await faults.clear()
        return .noContent
    }

    func resetSimulator(_ input: ResetSimulator.Input, _ context: RequestContext) async throws -> ResetSimulator.Output
    {
        await deliveries.reset()
        await forget()
        await faults.clear()
        await journal.reset()
        return .noContent
    }

    func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        .ok(Liveness(service: service, version: operations.version, startedAt: operations.startedAt))
    }

    func getReadiness(_ input: GetReadiness.Input, _ context: RequestContext) async throws -> GetReadiness.Output {
        let readiness = await operations.readiness()
        let dependencies = readiness.dependencies.map { dependency in
            DependencyResult(
                name: dependency.name,
                status: DependencyStatus(rawValue: dependency.status.rawValue) ?? .down,
                required: dependency.isRequired,
                latencyMilliseconds: dependency.latencyMilliseconds,
                detail: dependency.detail
            )
        }
        let answer = SharedContract.Readiness(
            status: ReadinessStatus(rawValue: readiness.status.rawValue) ?? .notReady,
            service: service,
            dependencies: dependencies
        )
        return readiness.httpStatus == 200 ? .ok(answer) : .serviceUnavailable(answer)
    }

    func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        .ok(operations.metricsText())
    }

    private var service: SharedContract.ServiceName {
        operations.service == .metaSimulator ? .metaSimulator : .genesysSimulator
    }

    static func problem(_ status: Int, _ title: String, _ detail: String) -> Problem {
        Problem(type: "about:blank", title: title, status: status, detail: detail)
    }

    static var otherPlatform: Problem { problem(404, "Not Found", "this is the simulator of the other platform") }
}
