import Logging
import NIOCore
import ServiceKit
import Synchronization

/// Keeps one address (of IPv6, one network of 64 bits) from taking all connections, whether it sends requests over them or half of one.
final class AddressShare: Sendable {
    private struct Address {
        var open = 0
        var refused = 0
        var warnedAt: ContinuousClock.Instant?
    }

    private static let warnEvery = Duration.seconds(60)

    private let limit: Int
    private let exempt: [AddressRange]
    private let logger: Logger
    private let addresses = Mutex<[String: Address]>([:])

    /// - Parameters:
    ///   - limit: Most connections of one address at the same time.
    ///   - exempt: Proxies, behind which many clients are.
    ///   - logger: Gets a line a minute and address that is refused connections.
    init(limit: Int, exempt: [AddressRange], logger: Logger) {
        self.limit = limit
        self.exempt = exempt
        self.logger = logger
    }

    /// Counts and refuses connections; one a connection.
    func handler() -> any RemovableChannelHandler { ShareHandler(share: self) }

    /// - Returns: False if the address has its share already.
    fileprivate func opened(_ address: String) -> Bool {
        let (isWithin, refused) = addresses.withLock { addresses -> (Bool, Int?) in
            var entry = addresses[address, default: Address()]
            defer { addresses[address] = entry }
            guard entry.open >= limit else {
                entry.open += 1
                return (true, nil)
            }
            entry.refused += 1
            let now = ContinuousClock.now
            if let warnedAt = entry.warnedAt, now - warnedAt < Self.warnEvery { return (false, nil) }
            entry.warnedAt = now
            return (false, entry.refused)
        }
        if let refused {
            logger.warning(
                "an address has all the connections it may have",
                metadata: [
                    "address": .string(address), "limit": .stringConvertible(limit),
                    "refused": .stringConvertible(refused),
                ])
        }
        return isWithin
    }

    fileprivate func closed(_ address: String) {
        addresses.withLock { addresses in
            guard var entry = addresses[address] else { return }
            entry.open -= 1
            addresses[address] = entry.open > 0 ? entry : nil
        }
    }

    fileprivate func counts(_ address: String) -> Bool { !exempt.contains { $0.contains(address) } }
}

/// The count of one connection. Used on its event loop.
private final class ShareHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let share: AddressShare
    private var address: String?

    init(share: AddressShare) { self.share = share }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let address { share.closed(address) }
        address = nil
        context.fireChannelInactive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard address == nil, let peer = context.remoteAddress?.ipAddress, share.counts(peer) else { return }
        let place = AddressRange.neighbourhood(of: peer)
        if share.opened(place) { address = place } else { context.close(promise: nil) }
    }
}
