import ContractJSON
import SimulatorContract

extension MetaControl {
    /// Addresses a recorded notification to a number that is set up here.
    func readdress(_ document: JSONValue, _ request: ReplayRequest) async -> Readdressing {
        var result = Readdressing()
        guard let number = await platform.number(request.account) else { return result }
        let seconds = String(world.now() / 1_000)
        for entry in document["entry"]?.array ?? [] {
            result.put(number.settings.wabaId, inPlaceOf: entry["id"])
            for value in (entry["changes"]?.array ?? []).compactMap({ $0["value"] }) {
                result.put(number.id, inPlaceOf: value.value(at: "/metadata/phone_number_id"))
                result.put(
                    number.settings.displayPhoneNumber, inPlaceOf: value.value(at: "/metadata/display_phone_number"))
                for contact in value["contacts"]?.array ?? [] {
                    result.put(request.customer, inPlaceOf: contact["wa_id"])
                }
                for message in value["messages"]?.array ?? [] {
                    result.put(request.customer, inPlaceOf: message["from"])
                    if request.renew { result.put(seconds, inPlaceOf: message["timestamp"]) }
                    let sender = request.customer ?? message["from"]?.string ?? ""
                    let renewed = request.renew ? await platform.makeWamid(customer: sender) : nil
                    result.note(message: message["id"], renewed: renewed)
                }
            }
        }
        return result
    }
}
