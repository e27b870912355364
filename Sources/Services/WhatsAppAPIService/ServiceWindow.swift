import ContractRuntime
import SharedContract
import StateManagerBatches
import StateManagerContract

// Free-form messages are allowed for 24 hours from the customer's last message; outside only templates (Meta, customer
// service window, 2026). Judged when a message is about to be sent, because it may have waited.

extension Sending {
    /// The window's length in milliseconds. Meta counts from its own clock, and the message still has to get there: a
    /// minute is left to both.
    static let windowMilliseconds: Int64 = 24 * 3_600_000 - 60_000

    /// What goes out: the message as WhatsApp can have it, or outside the window what the tenant wants in its place; nil where that is nothing.
    /// - Throws: ``StateManagerUnavailable``.
    func sendableDraft(_ message: ReadyMessage) async throws -> ReadyMessage? {
        if case .template = message.draft { return message }
        if try await isWindowOpen() { return message }
        logger.notice(
            "outside the customer service window",
            metadata: ["template": .string(request.outsideWindow?.name ?? "none")]
        )
        service.operations.metrics.increment(
            .messages,
            ["outbound", "window", request.outsideWindow == nil ? "refused" : "template"]
        )
        return request.outsideWindow.map { ReadyMessage(draft: .template($0)) }
    }

    private func isWindowOpen() async throws -> Bool {
        let now = service.now().millisecondsSinceEpoch
        if let known = request.windowOpenUntil, now < known.millisecondsSinceEpoch { return true }
        // The customer may have written since the caller looked.
        let output: FindLastInbound.Output
        do {
            output = try await service.stateManager.findLastInbound(
                .init(tenantId: request.tenantId, trackingId: request.trackingId),
                traceparent: traceparent
            )
        } catch { throw StateManagerUnavailable(cause: "no answer to findLastInbound") }
        switch output {
        case .ok(let last): return now - last.lastInboundAt.millisecondsSinceEpoch < Self.windowMilliseconds
        case .notFound: return false
        case .badRequest, .unauthorized, .internalServerError, .serviceUnavailable, .undocumented:
            throw StateManagerUnavailable(cause: "findLastInbound was refused")
        }
    }
}
