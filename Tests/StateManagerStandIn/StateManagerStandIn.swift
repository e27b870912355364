public import ContractRuntime
public import StateManagerContract

/// A stand-in for state-manager that plays some operations; the others are no part of the test that uses it and throw.
public protocol StateManagerStandIn: StateManagerHandler {}

/// An operation that the test does not use.
public struct NotPlayed: Error {
    /// Its id in the contract.
    public let operation: String
}

extension StateManagerStandIn {
    /// Not played.
    public func claimMessages(_ input: ClaimMessages.Input, _ context: RequestContext) async throws
        -> ClaimMessages.Output
    {
        throw NotPlayed(operation: "claimMessages")
    }
    /// Not played.
    public func beginSends(_ input: BeginSends.Input, _ context: RequestContext) async throws -> BeginSends.Output {
        throw NotPlayed(operation: "beginSends")
    }
    /// Not played.
    public func completeSends(_ input: CompleteSends.Input, _ context: RequestContext) async throws
        -> CompleteSends.Output
    {
        throw NotPlayed(operation: "completeSends")
    }
    /// Not played.
    public func recordStatuses(_ input: RecordStatuses.Input, _ context: RequestContext) async throws
        -> RecordStatuses.Output
    {
        throw NotPlayed(operation: "recordStatuses")
    }
    /// Not played.
    public func recordReceipts(_ input: RecordReceipts.Input, _ context: RequestContext) async throws
        -> RecordReceipts.Output
    {
        throw NotPlayed(operation: "recordReceipts")
    }
    /// Not played.
    public func resolveConversations(_ input: ResolveConversations.Input, _ context: RequestContext) async throws
        -> ResolveConversations.Output
    {
        throw NotPlayed(operation: "resolveConversations")
    }
    /// Not played.
    public func rememberOptions(_ input: RememberOptions.Input, _ context: RequestContext) async throws
        -> RememberOptions.Output
    {
        throw NotPlayed(operation: "rememberOptions")
    }
    /// Not played.
    public func findAnswered(_ input: FindAnswered.Input, _ context: RequestContext) async throws
        -> FindAnswered.Output
    {
        throw NotPlayed(operation: "findAnswered")
    }
    /// Not played.
    public func findLastInbound(_ input: FindLastInbound.Input, _ context: RequestContext) async throws
        -> FindLastInbound.Output
    {
        throw NotPlayed(operation: "findLastInbound")
    }
    /// Not played.
    public func findTracking(_ input: FindTracking.Input, _ context: RequestContext) async throws -> FindTracking.Output
    {
        throw NotPlayed(operation: "findTracking")
    }
    /// Not played.
    public func listConversations(_ input: ListConversations.Input, _ context: RequestContext) async throws
        -> ListConversations.Output
    {
        throw NotPlayed(operation: "listConversations")
    }
    /// Not played.
    public func listConversationMessages(_ input: ListConversationMessages.Input, _ context: RequestContext)
        async throws -> ListConversationMessages.Output
    {
        throw NotPlayed(operation: "listConversationMessages")
    }
    /// Not played.
    public func getConversation(_ input: GetConversation.Input, _ context: RequestContext) async throws
        -> GetConversation.Output
    {
        throw NotPlayed(operation: "getConversation")
    }
    /// Not played.
    public func getMessageMedia(_ input: GetMessageMedia.Input, _ context: RequestContext) async throws
        -> GetMessageMedia.Output
    {
        throw NotPlayed(operation: "getMessageMedia")
    }
    /// Not played.
    public func getMessage(_ input: GetMessage.Input, _ context: RequestContext) async throws -> GetMessage.Output {
        throw NotPlayed(operation: "getMessage")
    }
    /// Not played.
    public func listDeadLetters(_ input: ListDeadLetters.Input, _ context: RequestContext) async throws
        -> ListDeadLetters.Output
    {
        throw NotPlayed(operation: "listDeadLetters")
    }
    /// Not played.
    public func listDeadLetterCauses(_ input: ListDeadLetterCauses.Input, _ context: RequestContext) async throws
        -> ListDeadLetterCauses.Output
    {
        throw NotPlayed(operation: "listDeadLetterCauses")
    }
    /// Not played.
    public func replayDeadLetters(_ input: ReplayDeadLetters.Input, _ context: RequestContext) async throws
        -> ReplayDeadLetters.Output
    {
        throw NotPlayed(operation: "replayDeadLetters")
    }
    /// Not played.
    public func discardDeadLetters(_ input: DiscardDeadLetters.Input, _ context: RequestContext) async throws
        -> DiscardDeadLetters.Output
    {
        throw NotPlayed(operation: "discardDeadLetters")
    }
    /// Not played.
    public func getDeadLetter(_ input: GetDeadLetter.Input, _ context: RequestContext) async throws
        -> GetDeadLetter.Output
    {
        throw NotPlayed(operation: "getDeadLetter")
    }
    /// Not played.
    public func replayDeadLetter(_ input: ReplayDeadLetter.Input, _ context: RequestContext) async throws
        -> ReplayDeadLetter.Output
    {
        throw NotPlayed(operation: "replayDeadLetter")
    }
    /// Not played.
    public func discardDeadLetter(_ input: DiscardDeadLetter.Input, _ context: RequestContext) async throws
        -> DiscardDeadLetter.Output
    {
        throw NotPlayed(operation: "discardDeadLetter")
    }
    /// Not played.
    public func listQuarantinedUpdates(_ input: ListQuarantinedUpdates.Input, _ context: RequestContext) async throws
        -> ListQuarantinedUpdates.Output
    {
        throw NotPlayed(operation: "listQuarantinedUpdates")
    }
    /// Not played.
    public func replayQuarantinedUpdates(_ input: ReplayQuarantinedUpdates.Input, _ context: RequestContext)
        async throws -> ReplayQuarantinedUpdates.Output
    {
        throw NotPlayed(operation: "replayQuarantinedUpdates")
    }
    /// Not played.
    public func discardQuarantinedUpdates(_ input: DiscardQuarantinedUpdates.Input, _ context: RequestContext)
        async throws -> DiscardQuarantinedUpdates.Output
    {
        throw NotPlayed(operation: "discardQuarantinedUpdates")
    }
    /// Not played.
    public func getQuarantinedUpdate(_ input: GetQuarantinedUpdate.Input, _ context: RequestContext) async throws
        -> GetQuarantinedUpdate.Output
    {
        throw NotPlayed(operation: "getQuarantinedUpdate")
    }
    /// Not played.
    public func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        throw NotPlayed(operation: "getLiveness")
    }
    /// Not played.
    public func getReadiness(_ input: GetReadiness.Input, _ context: RequestContext) async throws -> GetReadiness.Output
    {
        throw NotPlayed(operation: "getReadiness")
    }
    /// Not played.
    public func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        throw NotPlayed(operation: "getMetrics")
    }
    /// Not played.
    public func holdMessage(_ input: HoldMessage.Input, _ context: RequestContext) async throws -> HoldMessage.Output {
        throw NotPlayed(operation: "holdMessage")
    }
    /// Not played.
    public func settleHeldMessages(_ input: SettleHeldMessages.Input, _ context: RequestContext) async throws
        -> SettleHeldMessages.Output
    {
        throw NotPlayed(operation: "settleHeldMessages")
    }
    /// Not played.
    public func listHolds(_ input: ListHolds.Input, _ context: RequestContext) async throws -> ListHolds.Output {
        throw NotPlayed(operation: "listHolds")
    }
    /// Not played.
    public func releaseHold(_ input: ReleaseHold.Input, _ context: RequestContext) async throws -> ReleaseHold.Output {
        throw NotPlayed(operation: "releaseHold")
    }
    /// Not played.
    public func listHeldMessages(_ input: ListHeldMessages.Input, _ context: RequestContext) async throws
        -> ListHeldMessages.Output
    {
        throw NotPlayed(operation: "listHeldMessages")
    }
    /// Not played.
    public func getHeldMessage(_ input: GetHeldMessage.Input, _ context: RequestContext) async throws
        -> GetHeldMessage.Output
    {
        throw NotPlayed(operation: "getHeldMessage")
    }
    /// Not played.
    public func releaseHeldMessage(_ input: ReleaseHeldMessage.Input, _ context: RequestContext) async throws
        -> ReleaseHeldMessage.Output
    {
        throw NotPlayed(operation: "releaseHeldMessage")
    }
    /// Not played.
    public func discardHeldMessage(_ input: DiscardHeldMessage.Input, _ context: RequestContext) async throws
        -> DiscardHeldMessage.Output
    {
        throw NotPlayed(operation: "discardHeldMessage")
    }
}
