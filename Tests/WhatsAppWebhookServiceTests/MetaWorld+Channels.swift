import ContractRuntime
import RelayMessagingContract

extension MetaWorld {
    /// Where the service puts what it has done with.
    var collected: [Topology] {
        [InboundMessagesChannel.topology, QuarantineChannel.topology, DeadLettersChannel.topology]
    }

    var declared: [Topology] { RelayMessagingTopology.all }
}
