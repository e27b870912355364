public import ContractRuntime
public import WebhookIntake

extension TestWorld {
    /// For what a test does not call.
    public static var unusedTransport: any ClientTransport {
        InProcessTransport { RouteTable(routes: [], authenticator: Nobody()) }
    }

    /// A probe that finds no webhook.
    public static var unusedProbe: WebhookProbe {
        WebhookProbe(publicBaseURL: "http://relay.example", transport: unusedTransport)
    }
}

private struct Nobody: Authenticator {
    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? { nil }
}
