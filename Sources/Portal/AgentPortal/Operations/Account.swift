import AgentPortalContract
import ContractRuntime

private struct AccountContent {
    let minimumLength = PasswordPolicy.minimumLength
    var error: String?
}

extension AgentPortal {
    /// The own account.
    public func getAccountPage(
        _ input: GetAccountPage.Input, _ context: RequestContext
    ) async throws -> GetAccountPage.Output {
        .ok(try pages.page("account", title: "Your account", AccountContent()))
    }

    /// Changes the own password; other sessions of the user end. Wrong present passwords count towards the lock-out.
    public func changePassword(
        _ input: ChangePassword.Input, _ context: RequestContext
    ) async throws -> ChangePassword.Output {
        let visit = try Visit.required()
        let form = input.body
        let candidate = try await store.countAttempt(name: visit.person.name)
        guard try await passwords.verify(form.present, against: candidate?.hash), let candidate else {
            if let candidate { try await store.recordWrongPassword(of: candidate.person) }
            return .badRequest(try accountPage("The present password is wrong, or you tried too often."))
        }
        try await store.forgetAttempts(of: candidate.person.id)
        if let objection = PasswordPolicy.objection(
            to: form.password, repetition: form.repetition, name: visit.person.name)
        {
            return .badRequest(try accountPage(objection))
        }
        try await store.setPassword(
            hash: try await passwords.hash(form.password), of: visit.person.id, keeping: visit.sessionDigest)
        return .seeOther(location: "/account")
    }

    private func accountPage(_ error: String) throws -> String {
        try pages.page("account", title: "Your account", AccountContent(error: error))
    }
}
