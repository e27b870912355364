public import ContractJSON
public import ContractRuntime
public import RelayMessagingContract
public import SharedContract

extension QuarantinedUpdate {
    /// An update that is set aside. What comes from outside is cut to what the contract takes, because an update must
    /// never be too odd to be set aside.
    public static func bounded(
        id: String, platform: SharedContract.Platform, reason: QuarantineReason, tenantID: String? = nil,
        addressee: String? = nil, field: String? = nil, violations: [ContractViolation] = [], receivedAt: DateTime,
        archiveKey: String, update: JSONValue, replay: OutgoingMessage? = nil
    ) -> QuarantinedUpdate {
        QuarantinedUpdate(
            quarantineId: id, platform: platform, reason: reason, tenantId: tenantID,
            addressee: addressee.map { $0.cut(to: 256) }, field: field.map { $0.cut(to: 120) },
            violations: violations.isEmpty ? nil : violations.bounded, receivedAt: receivedAt, archiveKey: archiveKey,
            update: update, replay: replay.flatMap(QuarantineReplay.init))
    }
}

extension QuarantineReplay {
    /// The message that routes an update again; nil if its body is no object, which no message of the relay is.
    init?(_ message: OutgoingMessage) {
        guard let payload = try? JSONValue(parsing: message.body, limits: .relayed).object else { return nil }
        self.init(
            exchange: message.exchange, routingKey: message.routingKey, messageName: message.type ?? "unknown",
            payload: payload)
    }
}

extension JSONLimits {
    /// Bounds of what the relay publishes itself.
    fileprivate static let relayed = JSONLimits(maximumBytes: 16 << 20, maximumDepth: 512)
}

extension [ContractViolation] {
    /// The violations as the contracts of the relay carry them, at most 100.
    public var bounded: [SharedContract.Violation] {
        prefix(100).map { violation in
            SharedContract.Violation(
                pointer: violation.instancePointer.cut(to: 2_000), keyword: violation.keyword.cut(to: 60),
                schemaPointer: violation.schemaPointer.cut(to: 2_000), message: violation.message.cut(to: 1_000))
        }
    }
}

extension ContractDecodingError {
    /// What was refused; one violation with the keyword `syntax` for what is no JSON.
    public var violations: [ContractViolation] {
        switch self {
        case .violations(let violations): violations
        case .syntax(let error):
            [
                ContractViolation(
                    instancePointer: "", keyword: "syntax", schemaPointer: "",
                    message: "at byte \(error.offset): \(error.reason)")
            ]
        }
    }
}

extension String {
    /// At most so many Unicode scalars, as JSON Schema counts.
    public func cut(to maximum: Int) -> String {
        unicodeScalars.count <= maximum ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(maximum)))
    }
}
