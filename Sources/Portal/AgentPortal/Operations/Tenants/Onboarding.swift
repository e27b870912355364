import AgentPortalContract
import ContractRuntime
import SharedContract
import TenantServiceContract

extension AgentPortal {
    /// The first step, for a tenant that does not exist yet.
    public func getNewTenantPage(
        _ input: GetNewTenantPage.Input, _ context: RequestContext
    ) async throws -> GetNewTenantPage.Output { .ok(try newTenantPage(name: "", phoneNumberID: "")) }

    /// Creates a tenant; one that has the number already is where to go on.
    public func createTenantFromForm(
        _ input: CreateTenantFromForm.Input, _ context: RequestContext
    ) async throws -> CreateTenantFromForm.Output {
        let form = input.body
        if let objection = EnteredField.objection(
            name: form.name.trimmingSpace, phoneNumberID: form.phoneNumberId.trimmingSpace)
        {
            return .badRequest(
                try newTenantPage(name: form.name, phoneNumberID: form.phoneNumberId, error: objection))
        }
        let draft = TenantDraft(
            name: form.name.trimmingSpace, phoneNumberId: form.phoneNumberId.trimmingSpace, status: .active)
        let output: CreateTenant.Output
        do throws(ClientError) {
            output = try await services.tenants.createTenant(.init(body: draft), traceparent: context.traceparent)
        } catch .invalidRequest(let violations) {
            return .badRequest(
                try newTenantPage(
                    name: form.name, phoneNumberID: form.phoneNumberId,
                    error: EnteredField.sentences(violations.map { ($0.instancePointer, $0.message) })))
        } catch {
            throw PortalRefusal.serviceAway("tenant-service")
        }
        switch output {
        case .created(let tenant, _):
            AuditNote.add(subject: tenant.id, detail: "created \(tenant.name)")
            return .seeOther(location: "/tenants/\(tenant.id)/onboarding/whatsapp")
        case .conflict(let problem):
            // Sent twice, by a second click or from a second tab: it is the same tenant.
            let existing = try await record(problem.existingTenantId, context).tenant
            if existing.name == draft.name, existing.phoneNumberId == draft.phoneNumberId {
                return .seeOther(location: "/tenants/\(existing.id)/onboarding/whatsapp")
            }
            return .badRequest(
                try newTenantPage(
                    name: form.name, phoneNumberID: form.phoneNumberId,
                    error: "This number belongs to a tenant already.",
                    errorLink: "/tenants/\(problem.existingTenantId)/onboarding"))
        case .badRequest(let problem):
            return .badRequest(
                try newTenantPage(
                    name: form.name, phoneNumberID: form.phoneNumberId, error: Self.words(problem)))
        default: throw PortalRefusal.serviceAway("tenant-service")
        }
    }

    /// Redirects to the first step that is not done.
    public func resumeOnboarding(
        _ input: ResumeOnboarding.Input, _ context: RequestContext
    ) async throws -> ResumeOnboarding.Output {
        let record = try await record(input.tenantId, context)
        let test = try await testMessages(of: input.tenantId, context)
        let steps = OnboardingSteps(record, current: .organisation, isTested: test.isDone)
        return .seeOther(location: "/tenants/\(input.tenantId)/onboarding/\(steps.firstOpen.rawValue)")
    }

    /// A step.
    public func getOnboardingPage(
        _ input: GetOnboardingPage.Input, _ context: RequestContext
    ) async throws -> GetOnboardingPage.Output {
        .ok(try await onboardingPage(input.step, try await record(input.tenantId, context), context))
    }

    /// The last step, under the address of its form: what a refused form leaves behind is kept current like any other page.
    public func getTestMessagesPage(
        _ input: GetTestMessagesPage.Input, _ context: RequestContext
    ) async throws -> GetTestMessagesPage.Output {
        .ok(try await onboardingPage(.test, try await record(input.tenantId, context), context))
    }

    private func newTenantPage(
        name: String, phoneNumberID: String, error: String? = nil, errorLink: String? = nil
    ) throws -> String {
        var content = OnboardingContent(
            steps: OnboardingSteps(nil, current: .organisation, isTested: false).items, error: error)
        content.name = name
        content.phoneNumberID = phoneNumberID
        content.errorLink = errorLink
        return try pages.page("onboarding-organisation", title: "Connect a number", section: .tenants, content)
    }
}

extension String {
    /// Without white space at both ends, as people paste it.
    var trimmingSpace: String {
        String(trimmingPrefix(while: \.isWhitespace).reversed().trimmingPrefix(while: \.isWhitespace).reversed())
    }

    /// nil where there is nothing but white space.
    var entered: String? { trimmingSpace.isEmpty ? nil : trimmingSpace }
}
