public import ContractRuntime
public import GenesysAPIServiceContract
import GenesysOpenMessagingContract
import SharedContract

extension GenesysAPIService {
    /// Shows the agent that the customer is typing.
    public func sendTyping(_ input: SendTyping.Input, _ context: RequestContext) async throws -> SendTyping.Output {
        let request = input.body
        let event = OpenInboundNormalizedEvent(
            channel: OpenInboundMessagingChannel(
                from: OpenMessagingFromRecipient(request.from),
                time: request.occurredAt
            ),
            events: [OpenEvent()]
        )
        do {
            try await callGenesys(
                "genesys.typing",
                tenantID: request.tenantId,
                draw: .typing,
                traceparent: context.traceparent
            ) { transport, credentials in
                try await GenesysOpenMessagingClient(transport: transport, credentials: credentials).sendInboundEvent(
                    .init(integrationId: request.integrationId, body: event),
                    traceparent: context.traceparent,
                    options: requestOptions
                ).result()
            }
            return .ok(.accepted(.init()))
        } catch let failure as PlatformFailure {
            return .ok(failure.signalOutcome)
        }
    }
}
