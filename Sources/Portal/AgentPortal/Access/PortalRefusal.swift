/// Why the portal does not do what it was asked; shown as a page.
struct PortalRefusal: Error, Sendable, Hashable {
    /// HTTP status.
    let status: Int
    /// In three or four words.
    let title: String
    /// What is wrong.
    let cause: String
    /// What the person can do about it.
    let remedy: String
    /// Seconds after which repeating may help.
    var retryAfter: Int?

    static let signInNeeded = PortalRefusal(
        status: 401, title: "Please sign in", cause: "There is no session, or it has ended.",
        remedy: "Sign in and repeat what you did.")
    static let forged = PortalRefusal(
        status: 403, title: "This form can't be used",
        cause: "The request does not come from a page of this portal, or the page is from an earlier session.",
        remedy: "Go back, reload the page and send the form again.")
    static let nullCharacter = PortalRefusal(
        status: 400, title: "This can't be used", cause: "What was entered contains a NUL character, which is no text.",
        remedy: "Go back and enter it again.")
    static let overloaded = PortalRefusal(
        status: 503, title: "Too busy", cause: "Too many people sign in at this moment.",
        remedy: "Try again in a few seconds.", retryAfter: 5)
    static let databaseAway = PortalRefusal(
        status: 503, title: "The database does not answer", cause: "PostgreSQL is away or overloaded.",
        remedy:
            "Nothing was changed; try again in a moment. What platforms send meanwhile is accepted and waits in the "
            + "queues, and goes on in order when PostgreSQL is back. The portal shows nothing until then; "
            + "`waba-genesys doctor` says what is up.", retryAfter: 5)
    static let failed = PortalRefusal(
        status: 500, title: "Something went wrong", cause: "The portal failed; the error is in its log.",
        remedy: "Try again; if it happens again, give the trace id below to whoever runs this installation.")

    static func tooManyAttempts(seconds: Int) -> PortalRefusal {
        let minutes = (seconds + 59) / 60
        return PortalRefusal(
            status: 429, title: "Too many attempts",
            cause: "There were too many wrong sign-ins from this address or with this name.",
            remedy: "Try again in \(minutes == 1 ? "a minute" : "\(minutes) minutes").", retryAfter: seconds)
    }

    static func roleNeeded(_ role: Role) -> PortalRefusal {
        PortalRefusal(
            status: 403, title: "Not allowed", cause: "This needs the role \(role.rawValue).",
            remedy: "Ask an owner to do it or to give you the role.")
    }

    static func notFound(_ what: String) -> PortalRefusal {
        PortalRefusal(
            status: 404, title: "Not found", cause: "There is no such \(what).",
            remedy: "It may have been removed; go back to the list.")
    }

    /// A service did not answer, or not as documented.
    static func serviceAway(_ service: String) -> PortalRefusal {
        PortalRefusal(
            status: 503, title: "\(service) does not answer",
            cause: "The portal could not get an answer of \(service). \(whatStillWorks[service] ?? "")",
            remedy:
                "Try again in a moment. If it lasts, see under Operations which services are up and what they miss, and "
                + "look into its log.", retryAfter: 5)
    }

    /// What somebody who stands before the page can go on with.
    private static let whatStillWorks = [
        "tenant-service":
            "Conversations, dead letters and held messages can be looked at; messages of tenants that were "
            + "served in the last minutes go on.",
        "state-manager": "Tenants can be looked at, checked and suspended; messages wait in the queues, none is lost.",
        "whatsapp-api-service": "Everything else works; messages to WhatsApp wait in their queues, none is lost.",
        "genesys-api-service": "Everything else works; messages to Genesys wait in their queues, none is lost.",
        "whatsapp-webhook-service": "Everything else works; Meta repeats what it could not deliver.",
        "genesys-webhook-service": "Everything else works; Genesys repeats what it could not deliver.",
    ]
}
