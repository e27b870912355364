public import ContractRuntime
public import Logging
public import RelayMessagingContract
import ServiceKit
public import SharedContract

/// A delivery and what is known of it before it is understood.
public struct Work: Sendable {
    /// What the broker gave.
    public let delivery: DeliveredMessage
    /// Its headers.
    public let headers: RelayHeaders
    /// Whose it is; nil where nothing says so.
    public var tenantID: String?
    /// The channel of the tenant that it travels through; nil for its first number.
    public var channelID: String?
    /// Which way its message travels.
    public let direction: Direction
    /// Names its trace, tenant and messages.
    public let logger: Logger

    /// Where it stands in its trace.
    public var traceparent: String { headers.traceparent }
    /// The trace, without the place in it.
    public var traceID: String? {
        let id = TraceContext.traceID(of: headers.traceparent)
        return id.isEmpty ? nil : id
    }
    /// Whether the broker or a person has handed it out before.
    public var isRepeated: Bool { delivery.redelivered || headers.attempt > 1 || headers.heldId != nil }
}
