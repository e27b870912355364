import APIGatewayContract
import ContractRuntime
import ServiceKit
import SharedContract

/// Answers the gateway's own operations.
struct GatewayOperations: APIGatewayHandler {
    let answers: OperationsAnswers

    func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        .ok(Liveness(service: .apiGateway, version: answers.version, startedAt: answers.startedAt))
    }

    func getReadiness(_ input: GetReadiness.Input, _ context: RequestContext) async throws -> GetReadiness.Output {
        let readiness = await answers.readiness()
        let answer = SharedContract.Readiness(readiness, of: .apiGateway)
        return readiness.status == .ready ? .ok(answer) : .serviceUnavailable(answer)
    }

    func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        .ok(answers.metricsText())
    }
}
