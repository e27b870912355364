import ContractJSON
import ContractRuntime
import GenesysAPIServiceContract
import SharedContract
import WhatsAppWebhookContract

/// Why WhatsApp did not deliver a message, for the records and for the agent.
struct StatusFailure: Sendable, Hashable {
    /// WhatsApp's error code, where it gave one.
    var code: Int?

    init(code: Int?) { self.code = code }

    /// Reads the first error of a status; what can't be read has no code.
    init(update: JSONObject) {
        let status = try? WhatsAppWebhookContract.MessageStatus(json: .object(update))
        let raw = update["errors"]?.array?.first?.object?["code"]?.int
        code = status?.errors?.first?.code ?? raw
    }

    /// For the records. WhatsApp's own words are left out, because they may quote the message.
    var cause: FailureCause {
        FailureCause(
            disposition: .permanent,
            code: code.map(String.init),
            reason: "WhatsApp reports the message as failed"
        )
    }

    /// For the agent.
    var reason: ReceiptReason {
        let receiptCode = GenesysReceiptCode(whatsAppCode: code)
        return ReceiptReason(
            code: receiptCode,
            message: receiptCode.words + (code.map { " (WhatsApp code \($0))" } ?? "")
        )
    }
}

extension GenesysReceiptCode {
    /// Genesys' code for an error code of WhatsApp (Meta, error codes, September 2026).
    init(whatsAppCode code: Int?) {
        guard let code else {
            self = .generalError
            return
        }
        switch code {
        case 131_047: self = .messageExpired
        case 4, 17, 613, 80_007, 130_429, 131_048, 131_056, 132_069, 133_016: self = .rateLimited
        case 131_050: self = .recipientOptedOut
        case 33, 130_403, 131_021, 131_026, 131_030, 131_062, 133_010, 133_015, 137_000: self = .invalidDestination
        case 131_051: self = .unsupportedMessage
        case 131_052, 131_053: self = .mediaTypeNotAllowed
        case 100, 131_008, 131_009, 132_000, 132_005, 132_012, 132_018, 135_000: self = .invalidMessageStructure
        case 3, 10, 200...299, 368, 130_472, 130_497, 131_005, 131_031, 131_037, 131_042, 131_049, 131_055, 131_063,
            131_064, 132_001, 132_007, 132_015, 132_016, 132_068, 134_011, 134_100, 134_101, 134_102:
            self = .messageNotAllowed
        case 1, 2, 131_000, 131_016, 131_045, 131_057, 133_000, 133_004, 2_494_100: self = .serverError
        default: self = .generalError
        }
    }

    /// What the agent reads.
    fileprivate var words: String {
        switch self {
        case .messageExpired: "The customer wrote more than 24 hours ago; only a template may be sent"
        case .rateLimited: "Too many messages in too short a time"
        case .messageNotAllowed: "WhatsApp does not allow this message"
        case .generalError: "WhatsApp could not deliver the message"
        case .unsupportedMessage: "WhatsApp does not support this kind of message"
        case .unknownMessage: "WhatsApp does not know the message"
        case .invalidMessageStructure: "WhatsApp refuses the form of the message"
        case .invalidDestination: "The customer can't be reached on WhatsApp"
        case .serverError: "WhatsApp had a failure of its own"
        case .mediaTypeNotAllowed: "WhatsApp does not take this attachment"
        case .invalidMediaContentLength: "The attachment is too large for WhatsApp"
        case .recipientOptedOut: "The customer wants no such messages"
        case .dataFiltered: "The message was filtered"
        }
    }
}
