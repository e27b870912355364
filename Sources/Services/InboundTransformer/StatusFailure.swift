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

    /// For the records, in the words that the agent reads. WhatsApp's own are left out, because they may quote the message.
    var cause: FailureCause {
        FailureCause(
            disposition: .permanent,
            code: code.map(String.init),
            reason: "WhatsApp reports the message as failed. \(GenesysReceiptCode(whatsAppCode: code).words)."
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

extension ReceiptReason {
    /// What the agent is told about a message that was given up. The relay's own reasons are written for people;
    /// WhatsApp's may quote the message and are left out.
    init(_ cause: FailureCause) {
        let code = GenesysReceiptCode(failureCode: cause.code)
        let isWhatsApps = cause.code.flatMap { Int($0) } != nil
        let words = isWhatsApps || cause.disposition != .permanent ? code.words : cause.reason
        let suffix = isWhatsApps ? " (WhatsApp code \(cause.code ?? ""))" : ""
        self.init(code: code, message: String((words.isEmpty ? code.words : words).prefix(900)) + suffix)
    }
}

extension GenesysReceiptCode {
    /// Genesys' code for an error code of WhatsApp.
    init(whatsAppCode code: Int?) {
        guard let code else {
            self = .generalError
            return
        }
        // 200 to 299 are permissions.
        self = Self.ofWhatsApp[(200...299).contains(code) ? 200 : code] ?? .generalError
    }

    /// Genesys' code for a recorded failure, of WhatsApp's or of the relay's own.
    init(failureCode code: String?) {
        if let number = code.flatMap({ Int($0) }) {
            self.init(whatsAppCode: number)
        } else {
            self = code.flatMap { Self.ofRelay[$0] } ?? .generalError
        }
    }

    /// `receipt` of x-error-codes in Specs/whatsapp/graph.yaml, but for GeneralError, which holds for all others; a test
    /// holds the two together.
    static let ofWhatsApp: [Int: GenesysReceiptCode] = {
        let codes: [GenesysReceiptCode: [Int]] = [
            .messageExpired: [470, 131_047],
            .rateLimited: [4, 17, 429, 471, 613, 80_007, 130_429, 131_048, 131_056, 132_069, 133_016],
            .recipientOptedOut: [131_050],
            .invalidDestination: [
                33, 130_403, 131_021, 131_026, 131_030, 131_062, 133_010, 133_015, 137_000,
            ],
            .unsupportedMessage: [501, 131_051],
            .mediaTypeNotAllowed: [400, 131_052, 131_053],
            .invalidMessageStructure: [100, 131_008, 131_009, 132_000, 132_005, 132_012, 132_018, 135_000],
            .messageNotAllowed: [
                3, 10, 200, 368, 402, 472, 130_472, 130_497, 131_005, 131_031, 131_037, 131_042, 131_049, 131_055,
                131_063, 131_064, 132_001, 132_007, 132_015, 132_016, 132_068, 134_011, 134_100, 134_101, 134_102,
            ],
            .serverError: [1, 2, 430, 432, 500, 131_000, 131_016, 131_045, 131_057, 133_000, 133_004, 2_494_100],
        ]
        return Dictionary(uniqueKeysWithValues: codes.flatMap { entry in entry.value.map { ($0, entry.key) } })
    }()

    /// x-own-codes in Specs/schemas/genesys-message.yaml; a test holds the two together.
    static let ofRelay: [String: GenesysReceiptCode] = [
        "outside-window": .messageExpired,
        "contract-violation": .invalidMessageStructure,
        "unresolved-customer": .invalidDestination,
        "unknown-customer": .invalidDestination,
        "media-too-large": .invalidMediaContentLength,
        "media-type": .mediaTypeNotAllowed,
        "media-gone": .serverError,
        "media-link": .serverError,
        "media-denied": .serverError,
        "media-unreachable": .serverError,
        "media-damaged": .serverError,
        "media-storage": .serverError,
    ]

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
