import AgentPortalContract

/// The steps of onboarding and how each stands.
struct OnboardingSteps {
    struct Item {
        let path: String
        let number: Int
        let label: String
        let isCurrent: Bool
        let isDone: Bool
        let isFailed: Bool
    }

    let items: [Item]
    /// The first step that is not done.
    let firstOpen: OnboardingStep

    /// - Parameters:
    ///   - record: The tenant; nil before it exists.
    ///   - current: The step that is shown.
    ///   - isTested: Whether messages have gone both ways.
    init(_ record: TenantRecord?, current: OnboardingStep, isTested: Bool) {
        func state(_ step: OnboardingStep) -> Bool? {
            guard let record else { return nil }
            switch step {
            case .organisation: return true
            case .whatsapp: return record.credentials[.whatsapp] == nil ? nil : record.isSound([.whatsApp])
            case .genesys:
                return record.credentials[.genesys] == nil || record.tenant.genesysIntegrationId == nil
                    ? nil : record.isSound([.genesys])
            case .webhooks: return record.isSound([.whatsAppWebhooks, .genesysWebhooks])
            case .test: return isTested ? true : nil
            }
        }
        items = Self.all.enumerated().map { index, step in
            Item(
                path: record.map { "/tenants/\($0.tenant.id)/onboarding/\(step.rawValue)" } ?? "",
                number: index + 1, label: step.label, isCurrent: step == current, isDone: state(step) == true,
                isFailed: state(step) == false)
        }
        firstOpen = Self.all.first { state($0) != true } ?? .test
    }

    static let all: [OnboardingStep] = [.organisation, .whatsapp, .genesys, .webhooks, .test]
}

extension OnboardingStep {
    var label: String {
        switch self {
        case .organisation: "Organisation"
        case .whatsapp: "WhatsApp"
        case .genesys: "Genesys Cloud"
        case .webhooks: "Webhooks"
        case .test: "Test"
        }
    }

    /// What is checked in this step.
    var parts: [ConnectionChecker.Part] {
        switch self {
        case .organisation: []
        case .whatsapp: [.whatsApp]
        case .genesys: [.genesys]
        case .webhooks: [.whatsAppWebhooks, .genesysWebhooks]
        case .test: ConnectionChecker.Part.allCases
        }
    }
}
