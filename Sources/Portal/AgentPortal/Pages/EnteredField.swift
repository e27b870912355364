import ContractRuntime
import SharedContract

/// What people enter in forms: what it is called there, and what it must look like, with an example. Contracts say it with
/// patterns, which are no words for people. The commands of an administrator say it with the same words.
public enum EnteredField {
    private static let known: [String: (label: String, expectation: String)] = [
        "name": ("Name", "at most 200 characters, for example Harbour Books"),
        "phoneNumberId": ("Phone number id", phoneNumberID),
        "displayPhoneNumber": ("Number", "the number as people write it, for example +1 555 010 0100"),
        "wabaId": ("Business account id", "digits only, for example 102290129340398"),
        "genesysIntegrationId": (
            "Integration id", "as Genesys Cloud shows it, for example 5d0c7b6a-1e2f-4a3b-9c8d-7e6f5a4b3c2d"
        ),
        "accessToken": ("Access token", "one word without spaces as Meta shows it, which begins with EAA"),
        "appSecret": ("App secret", "the 32 letters and digits under App settings, Basic"),
        "verifyToken": ("Verify token", "at most 256 characters, the same as entered at Meta"),
        "region": ("Region", "one of the list, for example eu_central_1"),
        "clientId": ("Client id", "the id of the OAuth client, for example 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"),
        "clientSecret": ("Client secret", "one word without spaces, as Genesys shows it once"),
        "apiBaseUrl": ("API address", "a plain address, for example https://api.mypurecloud.de"),
        "loginBaseUrl": ("Login address", "a plain address, for example https://login.mypurecloud.de"),
    ]

    private static let phoneNumberID =
        "digits only, for example 106540352242922; it stands under WhatsApp Manager, API setup, and is not the number itself"

    /// What is wrong with a number as it was entered; nil: nothing.
    static func objection(name: String?, phoneNumberID: String?, wabaID: String? = nil) -> String? {
        if let name, name.isEmpty { return "Enter a name, for example Harbour Books." }
        if let phoneNumberID, !isID(phoneNumberID) { return "Phone number id: \(Self.phoneNumberID)." }
        if let wabaID, !isID(wabaID) { return sentence("wabaId", nil) }
        return nil
    }

    /// What a value must look like that its contract refuses, in words instead of a pattern.
    /// - Returns: The message as it is where it names no pattern or the field is none that people enter.
    public static func inWords(_ message: String, at pointer: String) -> String {
        guard message.contains("text that matches"), let field = pointer.split(separator: "/").last,
            let known = known[String(field)]
        else { return message }
        return known.expectation
    }

    /// A violation of a contract, for the person who filled in a form.
    static func sentence(_ field: String, _ message: String?) -> String {
        if let known = known[field] { return "\(known.label): \(known.expectation)." }
        // The pattern itself would say nothing to people.
        let shown = message.map { $0.contains("matches") ? "it has not the form that is expected" : $0 }
        return "\(field.isEmpty ? "The form" : field): \(shown ?? "it is not accepted")."
    }

    /// Violations, by the field that the pointer ends with; each field once.
    static func sentences(_ violations: [(pointer: String, message: String)]) -> String {
        var seen: Set<String> = []
        return violations.compactMap { violation in
            let field = violation.pointer.split(separator: "/").last.map(String.init) ?? ""
            return seen.insert(field).inserted ? sentence(field, violation.message) : nil
        }.prefix(5).joined(separator: " ")
    }

    /// Meta's ids are digits; no length is documented.
    private static func isID(_ text: String) -> Bool {
        (5...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
