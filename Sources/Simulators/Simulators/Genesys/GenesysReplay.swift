import ContractJSON
import ContractRuntime
import SimulatorContract

extension GenesysControl {
    /// Addresses a recorded notification to an integration and, if asked for, a conversation that are set up here.
    func readdress(_ document: JSONValue, _ request: ReplayRequest) async -> Readdressing {
        var result = Readdressing()
        let isOutbound = document["direction"]?.string != "Inbound"
        let (ours, theirs) =
            isOutbound ? ("/channel/from/id", "/channel/to/id") : ("/channel/to/id", "/channel/from/id")
        result.put(request.customer, inPlaceOf: document.value(at: theirs))
        result.put(request.account, inPlaceOf: document.value(at: ours))
        result.put(request.conversationId, inPlaceOf: document["conversationId"])
        let isMessage = document["type"]?.string != "Receipt"
        if request.renew, isMessage {
            result.put(platform.world.dateTime.text, inPlaceOf: document.value(at: "/channel/time"))
        }
        result.note(message: document["id"], renewed: request.renew && isMessage ? platform.world.hexadecimal(32) : nil)
        return result
    }
}
