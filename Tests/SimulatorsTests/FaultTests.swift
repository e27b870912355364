import ContractRuntime
import GenesysOpenMessagingContract
import HTTPServer
import HTTPTransport
import Logging
import ServiceKit
import SharedContract
import SimulatorContract
import Simulators
import Testing
import WhatsAppGraphContract

@Suite("Simulators: faults")
struct FaultTests {
    @Test("a status fault answers as often as it is asked to, in the platform's form, and does nothing")
    func failsWithStatus() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let fault = StatusFault(operation: "sendMessage", count: 2, status: 500, code: "131000")
        _ = try await world.control.injectFault(InjectFault.Input(body: .status(fault)))
        for _ in 0..<2 {
            guard case .internalServerError(let error) = try await world.send() else {
                Issue.record("not failed")
                return
            }
            #expect(error.error.code == 131000)
        }
        guard case .ok = try await world.send(),
            case .ok(let received) = try await world.control.listReceivedMessages(ListReceivedMessages.Input()),
            case .ok(let faults) = try await world.control.listFaults(ListFaults.Input())
        else {
            Issue.record("still failing")
            return
        }
        #expect(received.total == 1)
        #expect(faults.items.isEmpty)
    }

    @Test("throttling looks like each platform's own")
    func throttles() async throws {
        let meta = MetaWorld()
        try await meta.setUp()
        _ = try await meta.control.injectFault(InjectFault.Input(body: .throttle(ThrottleFault(operation: "*"))))
        guard case .badRequest(let error) = try await meta.send() else {
            Issue.record("not throttled")
            return
        }
        #expect(error.error.code == 130429)
        let genesys = GenesysWorld()
        try await genesys.setUp()
        let credentials = try await genesys.credentials()
        let fault = ThrottleFault(operation: "sendInboundMessage", retryAfterSeconds: 7)
        _ = try await genesys.control.injectFault(InjectFault.Input(body: .throttle(fault)))
        guard case .tooManyRequests(_, let retryAfter, _) = try await genesys.send(credentials) else {
            Issue.record("not throttled")
            return
        }
        #expect(retryAfter == "7")
    }

    @Test("a delay carries the call out and answers late")
    func delays() async throws {
        let world = GenesysWorld()
        try await world.setUp()
        let credentials = try await world.credentials()
        let fault = DelayFault(operation: "sendInboundMessage", delayMilliseconds: 15_000)
        _ = try await world.control.injectFault(InjectFault.Input(body: .delay(fault)))
        let before = world.clock.now
        guard case .ok = try await world.send(credentials) else {
            Issue.record("refused")
            return
        }
        #expect(world.clock.now - before >= 15_000)
    }

    @Test("faults can be cleared, and apply to their operation only")
    func clears() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let fault = StatusFault(operation: "getNode", count: 10, status: 503)
        _ = try await world.control.injectFault(InjectFault.Input(body: .status(fault)))
        guard case .ok = try await world.send() else {
            Issue.record("another operation fails")
            return
        }
        _ = try await world.control.clearFaults(ClearFaults.Input())
        guard case .ok = try await world.graph.getNode(GetNode.Input(version: "v23.0", nodeId: MetaWorld.number)) else {
            Issue.record("still failing")
            return
        }
    }

    @Test("a reset closes the connection, before or after the call took effect", arguments: [false, true])
    func resets(carriedOut: Bool) async throws {
        let world = MetaWorld()
        try await world.setUp()
        let operations = OperationsAnswers(
            service: .metaSimulator, version: "test", health: HealthRegistry(), metrics: MetricRegistry())
        let server = HTTPServer(
            world.table, operations: operations, configuration: HTTPServerConfiguration(port: 0),
            logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.run() }
            let transport = try CurlTransport(
                baseURL: "http://127.0.0.1:\(try await server.port)", engine: try CurlEngine())
            let graph = WhatsAppGraphClient(
                transport: transport, credentials: ClientCredentials(bearerToken: MetaWorld.token))
            let fault = ResetFault(operation: "sendMessage", carriedOut: carriedOut)
            _ = try await world.control.injectFault(InjectFault.Input(body: .reset(fault)))
            let input = WhatsAppGraphContract.SendMessage.Input(
                version: "v23.0", phoneNumberId: MetaWorld.number,
                body: .sendMessageRequest(
                    SendMessageRequest(to: MetaWorld.customer, type: .text, text: TextObject(body: "x"))))
            do {
                _ = try await graph.sendMessage(input)
                Issue.record("answered")
            } catch let error as ClientError {
                #expect(error.mayHaveBeenProcessed)
            }
            guard case .ok(let received) = try await world.control.listReceivedMessages(ListReceivedMessages.Input()),
                case .ok = try await graph.sendMessage(input)
            else {
                Issue.record("the next call fails too")
                return
            }
            #expect(received.total == (carriedOut ? 1 : 0))
            group.cancelAll()
        }
    }

    @Test("the log tells calls, webhooks and orders apart")
    func logs() async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp()
            _ = try await world.write()
            _ = await world.receiver.webhooks(atLeast: 1)
            _ = try await world.send()
            _ = await world.receiver.webhooks(atLeast: 3)
            guard case .ok(let log) = try await world.control.getLog(GetLog.Input()) else {
                Issue.record("no log")
                return
            }
            #expect(Set(log.lines.map(\.direction)) == [.call, .webhook, .control])
            #expect(log.lines.contains { $0.operation == "sendMessage" && $0.status == 200 })
            #expect(log.lines.map(\.sequence) == Array(1...log.lines.count))
        }
    }
}
