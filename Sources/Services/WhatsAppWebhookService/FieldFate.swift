import ContractJSON
import WhatsAppWebhookContract

/// What becomes of a change of a webhook field; Docs/fidelity.md shows it as a table, which a test holds against this.
/// Whatever it is, the archive has the webhook as it came.
enum FieldFate: Hashable {
    /// What stands in it goes on one by one, as messages, statuses and errors.
    case parts
    /// Messages that the business wrote in the WhatsApp Business app: tracked and shown in the conversation.
    case echoes
    /// Changes of user ids: each moves its conversation along.
    case userIDs
    /// It asks nothing of anybody and says nothing to an agent.
    case noted
    /// Somebody has to know: it stands in the quarantine as reported by the platform.
    case reported
    /// As ``noted`` where a member has one of these values, else as ``reported``: what is new is shown rather than not.
    case reportedUnless(member: String, values: [String])
    /// Nobody knows the field: it stands in the quarantine until somebody does.
    case unhandled

    /// The fate of a field.
    init(_ field: Change.Field) {
        switch field {
        case .messages: self = .parts
        case .smbMessageEchoes: self = .echoes
        case .userIdUpdate: self = .userIDs
        case .security: self = .reported
        case .accountAlerts: self = .reportedUnless(member: "alert_severity", values: ["INFORMATIONAL"])
        case .accountReviewUpdate:
            self = .reportedUnless(member: "decision", values: ["APPROVED", "PENDING", "DEFERRED"])
        case .accountUpdate:
            self = .reportedUnless(
                member: "event",
                values: [
                    "ACCOUNT_RECONNECTED", "AD_ACCOUNT_LINKED", "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
                    "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE", "MM_LITE_TERMS_SIGNED", "PARTNER_ADDED",
                    "PARTNER_APP_INSTALLED", "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE", "VERIFIED_ACCOUNT",
                    "VOLUME_BASED_PRICING_TIER_UPDATE",
                ])
        case .messageTemplateQualityUpdate:
            self = .reportedUnless(member: "new_quality_score", values: ["GREEN", "YELLOW", "UNKNOWN"])
        case .messageTemplateStatusUpdate:
            self = .reportedUnless(
                member: "event",
                values: ["APPROVED", "ARCHIVED", "IN_APPEAL", "PENDING", "REINSTATED", "UNLOCKED"])
        case .phoneNumberNameUpdate:
            self = .reportedUnless(member: "decision", values: ["APPROVED", "PENDING", "DEFERRED"])
        case .phoneNumberQualityUpdate:
            self = .reportedUnless(
                member: "event", values: ["ONBOARDING", "THROUGHPUT_UPGRADE", "UNFLAGGED", "UPGRADE"])
        case .accountSettingsUpdate, .automaticEvents, .businessCapabilityUpdate, .businessUsernameUpdate,
            .businessUsernameUpdates, .calls, .consumerProfile, .flows, .groupLifecycleUpdate,
            .groupParticipantsUpdate, .groupSettingsUpdate, .groupStatusUpdate, .history, .messageEchoes,
            .messageTemplateComponentsUpdate, .messagingHandovers, .partnerSolutions, .paymentConfigurationUpdate,
            .smbAppStateSync, .standby, .templateCategoryUpdate, .templateCorrectCategoryDetection, .userPreferences:
            self = .noted
        case .unknown: self = .unhandled
        }
    }

    /// The fate of one change, decided.
    init(_ field: String, value: JSONObject) {
        let fate = FieldFate(Change.Field(rawValue: field))
        guard case .reportedUnless(let member, let values) = fate else {
            self = fate
            return
        }
        // The alert's severity stands one deeper in some editions.
        let found = value[member]?.string ?? value["alert_info"]?[member]?.string
        self = found.map { values.contains($0.uppercased()) } == true ? .noted : .reported
    }
}
