import ContractRuntime
import HTTPTypes
public import Logging
import Synchronization

/// Says in the log that webhooks were refused because of their signatures: a line for an address now and then, since whoever
/// sends forged ones must not fill the log. Nothing of the body, no digest.
public final class ForgeryLog: Sendable {
    private struct Place {
        /// Since when nothing was said of it.
        var since: ContinuousClock.Instant
        var unsaid = 0
    }

    /// A line for an address at most so often.
    public static let interval: Duration = .seconds(60)
    /// Most addresses that are told apart; all others are one.
    private static let capacity = 1_000

    private let places = Mutex<[String: Place]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter now: The time.
    public init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// Counts a forged webhook, and says so where it is time.
    /// - Parameters:
    ///   - tenantID: The tenant whose webhook address was called; nil for the shared one. Only what looks like an id is said.
    ///   - context: Of the request; the gateway names the client in it.
    public func refused(tenantID: String?, _ context: RequestContext, _ logger: Logger) {
        let client = Self.client(context.headers) ?? "unknown"
        guard let unsaid = count(client) else { return }
        let hasSignature = context.headers.contains { $0.name.canonicalName.hasPrefix("x-hub-signature") }
        logger.warning(
            "a forged webhook was refused",
            metadata: [
                "remote": .string(client), "tenant_id": .string(Self.shown(tenantID)),
                "reason": .string(hasSignature ? "no secret made its signature" : "it has no signature"),
                "trace_id": .string(TraceContext.traceID(of: context.traceparent)),
                "since_last_line": .stringConvertible(unsaid),
            ])
    }

    /// How many of an address were not said since the last line; nil where none is due.
    private func count(_ client: String) -> Int? {
        let now = now()
        return places.withLock { places in
            if places.count >= Self.capacity, places[client] == nil {
                places = places.filter { now - $0.value.since < Self.interval }
            }
            let key = places[client] == nil && places.count >= Self.capacity ? "others" : client
            guard var place = places[key], now - place.since < Self.interval else {
                let unsaid = (places[key]?.unsaid ?? 0) + 1
                places[key] = Place(since: now)
                return unsaid
            }
            place.unsaid += 1
            places[key] = place
            return nil
        }
    }

    /// The last address that the gateway was told of or saw, which it wrote itself.
    private static func client(_ headers: HTTPFields) -> String? {
        guard let name = HTTPField.Name("X-Forwarded-For"), let last = headers[values: name].last else { return nil }
        let address = last.split(separator: ",").last.map { $0.filter { !$0.isWhitespace } } ?? ""
        let isAddress =
            !address.isEmpty
            && address.utf8.allSatisfy { byte in
                Character(Unicode.Scalar(byte)).isHexDigit || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
            }
        return isAddress ? String(address.prefix(45)) : nil
    }

    private static func shown(_ tenantID: String?) -> String {
        guard let tenantID else { return "shared" }
        return ContractFormat.isValid("uuid", tenantID) == true ? tenantID : "no id"
    }
}
