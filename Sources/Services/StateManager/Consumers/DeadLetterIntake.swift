import ContractRuntime
import RelayMessagingContract
import SharedContract

/// Stores what the services gave up on.
struct DeadLetterIntake: DeadLettersConsumer {
    let state: StateManager

    func consume(_ message: DeadLetter, headers: RelayHeaders, delivery: DeliveredMessage) async -> DeliveryDecision {
        await state.store(StoredDeadLetter(key: message.deadLetterId, letter: message).statement, "dead_letter")
    }

    /// A dead letter that breaks its own contract is still a dead letter; the whole of it is its payload.
    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        await state.store(ReturnedMessageIntake.letter(for: delivery, because: error).statement, "dead_letter")
    }
}
