public import ContractRuntime

extension OutboundTransformer {
    /// Buries a delivery that breaks the contract of its channel.
    public func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        await deliveries.refuse(delivery, because: error, direction: .outbound)
    }
}
