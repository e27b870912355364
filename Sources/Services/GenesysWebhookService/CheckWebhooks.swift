import AuthServiceContract
import ConnectionChecks
import ContractRuntime
import GenesysWebhookServiceContract
import ServiceKit
import WebhookIntake

extension IntakeReporter {
    /// Sends a signed and a forged probe to the public address of the tenant.
    func checkWebhooks(_ input: CheckWebhooks.Input, _ context: RequestContext) async throws -> CheckWebhooks.Output {
        var run = CheckRun()
        let path = "/webhooks/genesys/\(input.tenantId)"
        let address = probe.publicBaseURL + path
        let stored: WebhookSecrets?
        do { stored = try await tenants.stored(of: input.tenantId, traceparent: context.traceparent) } catch {
            throw error.problem
        }
        if let secret = stored?.secrets.first {
            let outcome = await probe.post(path, .genesys, secret: Secret(secret))
            run.judge(
                .genesysSignatureAccepted, outcome == .accepted, detail: address, cause: outcome.cause(at: address),
                remedy: outcome.remedy)
        } else {
            run.skip([.genesysSignatureAccepted], because: "no Genesys credential is stored")
        }
        let forged = await probe.post(path, .genesys, secret: Secret(StableIdentifier.random()))
        run.judge(
            .genesysForgeryRefused, forged == .refused,
            cause: forged == .accepted ? "A forged webhook was accepted." : forged.cause(at: address),
            remedy: forged == .accepted ? "Report this as a defect of the relay at once." : forged.remedy)
        return .ok(run.report(of: input.tenantId))
    }
}
