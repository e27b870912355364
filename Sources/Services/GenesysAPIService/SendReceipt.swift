public import ContractRuntime
public import GenesysAPIServiceContract
import GenesysOpenMessagingContract
import SharedContract

extension GenesysAPIService {
    /// Tells Genesys what became of an agent's message.
    public func sendReceipt(_ input: SendReceipt.Input, _ context: RequestContext) async throws -> SendReceipt.Output {
        let request = input.body
        do {
            let answer = try await callGenesys(
                "genesys.receipt",
                tenantID: request.tenantId,
                draw: .receipt,
                traceparent: context.traceparent
            ) { transport, credentials in
                try await GenesysOpenMessagingClient(transport: transport, credentials: credentials).sendInboundReceipt(
                    .init(integrationId: request.integrationId, body: OpenInboundNormalizedReceipt(request)),
                    traceparent: context.traceparent,
                    options: requestOptions
                ).result()
            }
            // Genesys answers 2xx and says `Failed` where it could not use a receipt (recorded by third parties); after
            // a receipt of failure the same word only repeats what it was told.
            if answer.status == .failed, request.status != .failed {
                let code = answer.reasons.value?.first?.code.value?.rawValue ?? "receipt-failed"
                return .ok(.permanent(.init(code: code, reason: "Genesys took the receipt and marked it as failed")))
            }
            return .ok(.accepted(.init()))
        } catch let failure as PlatformFailure {
            return .ok(failure.signalOutcome)
        }
    }
}

extension OpenInboundNormalizedReceipt {
    /// The receipt as Genesys takes it.
    init(_ request: SendReceiptRequest) {
        let status: Status =
            switch request.status {
            case .delivered: .delivered
            case .failed: .failed
            }
        let reasons = request.reasons?.map { reason in
            GenesysOpenMessagingContract.ReceiptReason(
                code: GenesysOpenMessagingContract.ReceiptReason.Code(rawValue: reason.code.rawValue),
                message: reason.message
            )
        }
        self.init(
            id: request.genesysMessageId,
            channel: OpenInboundMessagingReceiptChannel(
                to: OpenMessagingToRecipient(request.to),
                time: request.occurredAt
            ),
            status: status,
            reasons: reasons,
            isFinalReceipt: request.isFinal,
            direction: .outbound
        )
    }
}
