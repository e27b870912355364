import SharedContract
import SimulatorContract
import StateManagerContract
import Testing

extension RelayWorld {
    /// Has a customer write, so many texts one after the other.
    func customerWrites(_ text: String, count: Int = 1, from customer: String, to line: Line) async throws {
        let order = CustomerMessage(
            phoneNumberId: line.phoneNumberID, customer: CustomerIdentity(waId: customer), text: text, count: count)
        guard case .accepted = try await meta.sendCustomerMessage(.init(body: order)) else {
            throw Unexpected("sendCustomerMessage")
        }
    }

    /// Has an agent write, so many texts one after the other.
    /// - Returns: The messages' ids at Genesys.
    @discardableResult
    func agentWrites(_ text: String, count: Int = 1, to customer: String, of line: Line) async throws -> [String] {
        let order = AgentMessage(integrationId: line.integrationID, to: customer, text: text, count: count)
        guard case .accepted(let sent) = try await genesys.sendAgentMessage(.init(body: order)) else {
            throw Unexpected("sendAgentMessage")
        }
        return sent.messageIds
    }

    /// Has customers write first, which opens their conversations and service windows.
    func greet(_ line: Line, _ customers: [String]) async throws {
        for customer in customers { try await customerWrites("Good morning", from: customer, to: line) }
        try await arrived(customers.count, at: .genesys, line)
    }

    /// Waits until a platform has so many things of a tenant.
    @discardableResult
    func arrived(
        _ count: Int, of kind: ReceivedKind = .message, at side: Side, _ line: Line
    ) async throws -> [ReceivedMessage] {
        let found: [ReceivedMessage]? = try await within(.seconds(180)) {
            let all = try await received(side, [line], kind: kind)
            return all.count >= count ? all : nil
        }
        return try #require(found, "\(count) of kind \(kind) did not arrive at \(side)")
    }

    /// The texts that a customer got, in order.
    func texts(at side: Side, _ line: Line, of customer: String) async throws -> [String] {
        try await received(side, [line]).filter { $0.customer.hasSuffix(customer) }.compactMap(\.text)
    }

    /// The tenant's holds.
    func holds(of line: Line) async throws -> [TenantHold] {
        guard case .ok(let list) = try await state.listHolds(.init(tenantId: line.tenantID)) else {
            throw Unexpected("listHolds")
        }
        return list.items
    }

    /// Has a platform's calls fail.
    func inject(_ fault: Fault, at side: Side) async throws {
        let simulator = side == .meta ? meta : genesys
        guard case .noContent = try await simulator.injectFault(.init(body: fault)) else {
            throw Unexpected("injectFault")
        }
    }

    /// Calls to a platform that it has noted after a line of its log.
    func calls(_ operation: String, at side: Side, after sequence: Int) async throws -> [SimulatorLogLine] {
        let simulator = side == .meta ? meta : genesys
        guard case .ok(let log) = try await simulator.getLog(.init(after: sequence)) else { throw Unexpected("getLog") }
        return log.lines.filter { $0.direction == .call && $0.operation == operation }
    }

    /// The number of the last line of a platform's log.
    func logEnd(at side: Side) async throws -> Int {
        let simulator = side == .meta ? meta : genesys
        guard case .ok(let log) = try await simulator.getLog(.init()) else { throw Unexpected("getLog") }
        return log.lines.last?.sequence ?? 0
    }
}
