import ContractRuntime
import ObjectStorage
import ServiceKit
import SharedContract
import WebhookIntake
import WhatsAppWebhookServiceContract

/// Answers the service's own operations.
struct IntakeReporter: WhatsAppWebhookServiceHandler {
    let operations: OperationsAnswers
    let counters: IntakeCounters
    let sharedApp: SharedApp
    let tenantApps: WebhookSecretStore
    let probe: WebhookProbe
    let storage: S3Storage
    /// Carries requests to where presigned links point, by origin.
    let links: @Sendable (_ origin: String) throws -> any ClientTransport

    func getIntakeStatus(
        _ input: GetIntakeStatus.Input, _ context: RequestContext
    ) async throws -> GetIntakeStatus.Output { .ok(counters.status) }

    func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        .ok(
            Liveness(
                service: .whatsappWebhookService, version: operations.version, startedAt: operations.startedAt))
    }

    func getReadiness(_ input: GetReadiness.Input, _ context: RequestContext) async throws -> GetReadiness.Output {
        let readiness = await operations.readiness()
        let answer = SharedContract.Readiness(readiness, of: .whatsappWebhookService)
        return readiness.status == .ready ? .ok(answer) : .serviceUnavailable(answer)
    }

    func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        .ok(operations.metricsText())
    }
}
