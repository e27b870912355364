import AgentPortalContract
import ContractRuntime

private struct InvitationContent {
    let token: String
    let name: String
    let minimumLength = PasswordPolicy.minimumLength
    var error: String?
}

extension AgentPortal {
    /// The form in which an invited person chooses a password.
    public func getInvitationPage(
        _ input: GetInvitationPage.Input, _ context: RequestContext
    ) async throws -> GetInvitationPage.Output {
        .ok(try invitationPage(try await invited(input.token), token: input.token))
    }

    /// Stores the password and uses the invitation up.
    public func acceptInvitation(
        _ input: AcceptInvitation.Input, _ context: RequestContext
    ) async throws -> AcceptInvitation.Output {
        // The token would be a key to the account until the act is done.
        AuditNote.add(subject: "invitation")
        let person = try await invited(input.token)
        AuditNote.add(name: person.name, subject: person.name)
        let form = input.body
        if let objection = PasswordPolicy.objection(
            to: form.password, repetition: form.repetition, name: person.name)
        {
            return .badRequest(try invitationPage(person, token: input.token, error: objection))
        }
        try await store.setPassword(hash: try await passwords.hash(form.password), of: person.id)
        return .seeOther(location: "/sign-in")
    }

    private func invited(_ token: String) async throws -> Person {
        guard let person = try await store.invited(token: token) else {
            throw PortalRefusal(
                status: 404, title: "This invitation is not valid",
                cause: "It was used already, or a newer one was made, or its seven days have passed.",
                remedy: "Sign in if you chose a password already; otherwise ask for a new invitation.")
        }
        return person
    }

    private func invitationPage(_ person: Person, token: String, error: String? = nil) throws -> String {
        try pages.page(
            "invitation", title: "Choose a password",
            InvitationContent(token: token, name: person.name, error: error))
    }
}
