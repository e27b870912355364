import ContractRuntime
import GenesysWebhookServiceContract
import ServiceKit
import SharedContract
import WebhookIntake

/// Answers the service's own operations.
struct IntakeReporter: GenesysWebhookServiceHandler {
    let operations: OperationsAnswers
    let counters: IntakeCounters
    let tenants: WebhookSecretStore
    let probe: WebhookProbe

    func getIntakeStatus(
        _ input: GetIntakeStatus.Input, _ context: RequestContext
    ) async throws -> GetIntakeStatus.Output { .ok(counters.status) }

    func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        .ok(
            Liveness(
                service: .genesysWebhookService, version: operations.version, startedAt: operations.startedAt))
    }

    func getReadiness(_ input: GetReadiness.Input, _ context: RequestContext) async throws -> GetReadiness.Output {
        let readiness = await operations.readiness()
        let answer = SharedContract.Readiness(readiness, of: .genesysWebhookService)
        return readiness.status == .ready ? .ok(answer) : .serviceUnavailable(answer)
    }

    func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        .ok(operations.metricsText())
    }
}
