import ContractRuntime
import PlatformBudget
import SharedContract
import WhatsAppAPIServiceContract

extension WhatsAppAPIService {
    /// The budget of a business number: 80 messages a second unless Meta has raised it (throughput, September 2026). A
    /// tenth may be sent at once and the rest comes back over the second: no second ever has more.
    private func number(_ phoneNumberID: String) -> Bucket {
        Bucket(
            "meta:number:\(phoneNumberID)",
            capacity: max(policy.messagesPerSecond * 0.1, 1),
            perSecond: policy.messagesPerSecond * 0.9
        )
    }

    /// The budget of a number and a customer: one message in 6 seconds unless configured otherwise, up to 45 of them at
    /// once, which are borrowed from the time that follows (about the platform, December 2025).
    private func pair(_ phoneNumberID: String, _ recipient: CustomerIdentity) -> Bucket {
        let customer = recipient.userId ?? recipient.waId ?? "unknown"
        return Bucket(
            "meta:pair:\(phoneNumberID):\(customer)", capacity: 45, perSecond: policy.pairMessagesPerMinute / 60)
    }

    /// Takes a message of both budgets, or waits for a turn that comes soon.
    /// - Throws: ``PlatformFailure/throttled(afterSeconds:reason:scope:)``: nothing was sent.
    func draw(for request: SendMessageRequest) async throws {
        let number = number(request.phoneNumberId)
        let buckets = [number, pair(request.phoneNumberId, request.recipient)]
        switch await budget.take(buckets, tenantID: request.tenantId, patience: policy.budgetPatience) {
        case .granted(let wait):
            guard wait > .zero else { return }
            try await clock.sleep(for: wait)
        case .refused(let wait, let name):
            throw PlatformFailure.throttled(
                afterSeconds: wait / .seconds(1),
                reason: name == number.name
                    ? "the number's messages of this second are used up"
                    : "the customer's messages of this minute are used up",
                scope: name == number.name ? .number : .recipient
            )
        }
    }

    /// When WhatsApp asks the whole number to wait, every instance waits. What stops one customer is waited for in that
    /// customer's lane.
    func heed(_ failure: PlatformFailure, for request: SendMessageRequest) async {
        guard case .throttled(let seconds, _, let scope) = failure, scope != .recipient else { return }
        await budget.block(number(request.phoneNumberId), for: .milliseconds(Int64(min(seconds, 600) * 1_000)))
    }
}
