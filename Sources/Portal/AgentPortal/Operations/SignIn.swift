import AgentPortalContract
import ContractRuntime
import HTTPServer

/// What the form shows.
private struct SignInContent {
    var name = ""
    var next = ""
    var error: String?
}

extension AgentPortal {
    /// Redirects to the tenants.
    public func getHomePage(_ input: GetHomePage.Input, _ context: RequestContext) async throws -> GetHomePage.Output {
        .seeOther(location: "/tenants")
    }

    /// The form; whoever is signed in already is sent on.
    public func getSignInPage(
        _ input: GetSignInPage.Input, _ context: RequestContext
    ) async throws -> GetSignInPage.Output {
        if let token = cookie.token(in: context.headers), try await store.visit(token: token) != nil {
            return .seeOther(location: input.next ?? "/")
        }
        return .ok(try signInPage(SignInContent(next: input.next ?? "")))
    }

    /// Starts a session. The attempt counts before the password is looked at; past the limit of its address or name nothing
    /// is looked at, so that wrong sign-ins cost no more than a line in a table.
    public func signIn(_ input: SignIn.Input, _ context: RequestContext) async throws -> SignIn.Output {
        let name = PortalStore.normalised(input.body.name)
        let address = RequestOrigin.current?.address
        AuditNote.add(name: name)
        let isFamiliar = try await store.isFamiliar(address, to: name)
        if let seconds = try await store.secondsToWait(name: name, address: address, isFamiliar: isFamiliar) {
            throw PortalRefusal.tooManyAttempts(seconds: seconds)
        }
        let candidate =
            isFamiliar ? try await store.candidate(name: name) : try await store.countAttempt(name: name)
        guard try await passwords.verify(input.body.password, against: candidate?.hash), let candidate else {
            if let candidate, !isFamiliar { try await store.recordWrongPassword(of: candidate.person) }
            return .forbidden(
                try signInPage(
                    SignInContent(
                        name: input.body.name, next: input.body.next ?? "",
                        error: "Name or password is wrong, or the account is locked after too many attempts.")))
        }
        // A lock of strangers stays for strangers.
        if !isFamiliar { try await store.forgetAttempts(of: candidate.person.id) }
        try await store.forgetAttempt(name: name, address: address, isFamiliar: isFamiliar)
        let token = try await store.startSession(of: candidate.person)
        return .seeOther(location: input.body.next ?? "/", setCookie: cookie.starting(token))
    }

    /// Ends the session.
    public func signOut(_ input: SignOut.Input, _ context: RequestContext) async throws -> SignOut.Output {
        try await store.endSession(try Visit.required().sessionDigest)
        return .seeOther(location: "/sign-in", setCookie: cookie.ending)
    }

    private func signInPage(_ content: SignInContent) throws -> String {
        try pages.page("sign-in", title: "Sign in", content)
    }
}
