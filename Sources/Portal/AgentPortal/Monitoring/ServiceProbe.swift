import APIGatewayContract
import AuthServiceContract
import ContractRuntime
import GenesysAPIServiceContract
import GenesysWebhookServiceContract
import InboundTransformerContract
import OutboundTransformerContract
import SharedContract
import StateManagerContract
import TenantServiceContract
import WhatsAppAPIServiceContract
import WhatsAppWebhookServiceContract

/// Asks a service whether it is ready and what it has counted.
public struct ServiceProbe: Sendable {
    /// Readiness and metrics together must not hold up the next look.
    private static let options = RequestOptions(timeout: .seconds(3))

    /// The service.
    public let name: ServiceName
    /// Whether it takes work; nil where it gives no answer.
    public let readiness: @Sendable () async -> Readiness?
    /// Its metrics as text; nil where it gives no answer.
    public let metrics: @Sendable () async -> String?

    init(
        _ name: ServiceName, readiness: @escaping @Sendable () async -> Readiness?,
        metrics: @escaping @Sendable () async -> String?
    ) {
        self.name = name
        self.readiness = readiness
        self.metrics = metrics
    }

    /// Of TenantService.
    public init(_ client: TenantServiceClient) {
        self.init(.tenantService) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }

    /// Of AuthService.
    public init(_ client: AuthServiceClient) {
        self.init(.authService) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }

    /// Of StateManager.
    public init(_ client: StateManagerClient) {
        self.init(.stateManager) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }

    /// Of WhatsAppWebhookService.
    public init(_ client: WhatsAppWebhookServiceClient) {
        self.init(.whatsappWebhookService) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }

    /// Of InboundTransformer.
    public init(_ client: InboundTransformerClient) {
        self.init(.inboundTransformer) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }

    /// Of GenesysAPIService.
    public init(_ client: GenesysAPIServiceClient) {
        self.init(.genesysApiService) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }

    /// Of GenesysWebhookService.
    public init(_ client: GenesysWebhookServiceClient) {
        self.init(.genesysWebhookService) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }

    /// Of OutboundTransformer.
    public init(_ client: OutboundTransformerClient) {
        self.init(.outboundTransformer) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }

    /// Of WhatsAppAPIService.
    public init(_ client: WhatsAppAPIServiceClient) {
        self.init(.whatsappApiService) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }

    /// Of APIGateway.
    public init(_ client: APIGatewayClient) {
        self.init(.apiGateway) {
            switch try? await client.getReadiness(.init(), options: Self.options) {
            case .ok(let readiness), .serviceUnavailable(let readiness): readiness
            default: nil
            }
        } metrics: {
            guard case .ok(let text) = try? await client.getMetrics(.init(), options: Self.options) else { return nil }
            return text
        }
    }
}
