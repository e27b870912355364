import AuthServiceContract
import ContractRuntime
import PlatformBudget
import ServiceKit
import SharedContract

/// What a call may use of the budget of its OAuth client. Messages outrank receipts, receipts outrank typing.
enum BudgetDraw: Sendable, Hashable {
    /// Drawn before, by ``GenesysAPIService/drawForMessage(_:_:)``.
    case paid
    /// All of it, and a place in the queue for what comes back soon.
    case message
    /// What leaves a fifth for messages.
    case receipt
    /// What leaves half.
    case typing
}

extension GenesysAPIService {
    /// The budget of an OAuth client. Genesys counts requests by the minute (300 by default, Platform API limits), so a
    /// fifth of them may be made at once and the rest comes back over the minute: no minute ever has more.
    private func bucket(_ token: GenesysToken, _ tenantID: String, _ draw: BudgetDraw = .message) -> Bucket {
        let capacity = max(policy.requestsPerMinute / 5, 1)
        let floor =
            switch draw {
            case .paid, .message: 0.0
            case .receipt: capacity * 0.2
            case .typing: capacity * 0.5
            }
        return Bucket(
            "genesys:\(token.clientId ?? tenantID)",
            capacity: capacity,
            perSecond: policy.requestsPerMinute * 0.8 / 60,
            floor: floor
        )
    }

    /// Takes a call of the budget, or waits for one that comes back soon.
    /// - Throws: ``PlatformFailure/throttled(afterSeconds:reason:scope:)``: nothing was sent.
    func draw(_ draw: BudgetDraw, _ token: GenesysToken, _ tenantID: String) async throws {
        guard draw != .paid else { return }
        let patience = draw == .message ? policy.budgetPatience : .zero
        switch await budget.take([bucket(token, tenantID, draw)], tenantID: tenantID, patience: patience) {
        case .granted(let wait):
            guard wait > .zero else { return }
            try await clock.sleep(for: wait)
        case .refused(let wait, _):
            throw PlatformFailure.throttled(
                afterSeconds: wait / .seconds(1),
                reason: "the request budget of the OAuth client is used up",
                scope: .tenant
            )
        }
    }

    /// Takes the call for a message before its intent is recorded, so that between intent and call nothing takes time.
    func drawForMessage(_ tenantID: String, _ traceparent: String) async throws {
        try await draw(.message, try await tokens.token(of: tenantID, traceparent: traceparent), tenantID)
    }

    /// What a refusal means; when Genesys asks to wait, every instance waits.
    func heeding(_ refusal: GenesysRefusal, _ token: GenesysToken, _ tenantID: String) async -> PlatformFailure {
        let failure = refusal.failure
        if case .throttled(let seconds, _, .tenant) = failure {
            await budget.block(bucket(token, tenantID), for: .milliseconds(Int64(seconds * 1_000)))
        }
        return failure
    }
}
