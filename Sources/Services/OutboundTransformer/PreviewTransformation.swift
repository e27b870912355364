public import ContractRuntime
public import OutboundTransformerContract
import RelayDelivery
import ServiceKit
import SharedContract

extension OutboundTransformer {
    /// Shows what a Genesys message would become; claims, sends and stores nothing.
    public func previewTransformation(
        _ input: PreviewTransformation.Input,
        _ context: RequestContext
    ) async throws -> PreviewTransformation.Output {
        let transformed = Transformed(update: input.body.update)
        return .ok(
            Preview(
                messages: Array(transformed.drafts.prefix(50)),
                violations: Violation.all(of: .violations(transformed.violations))
            )
        )
    }
}
