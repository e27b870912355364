import ContractRuntime
import ServiceKit
import SimulatorContract
import WhatsAppGraphContract

/// What exists on the simulated Meta: numbers, customer service windows, messages, media.
actor MetaPlatform {
    /// A business number and what is counted about it.
    struct Number: Sendable {
        let id: String
        var settings: SimulatedNumber
        /// When its token expires, in milliseconds; nil: never.
        var tokenExpiresAt: Int64?
        var isRegistered = true
        /// Callback override of the number; empty means none.
        var callbackOverride: String?
        var throughput: RateBucket
    }

    /// A message that was accepted.
    struct Accepted: Sendable {
        let wamid: String
        let numberID: String
        /// `wa_id`, or the business-scoped user id where the send went to one.
        let waID: String?
        let userID: String?
        let callbackData: String?
        let isReaction: Bool
        /// Whether it fails for being outside the customer service window.
        let isReengagement: Bool
    }

    private struct Pair: Hashable {
        let numberID: String
        let customer: String
    }

    /// Burst to one user (Cloud API overview, read 2025-12).
    private static let pairBurst = 45.0

    let configuration: MetaSimulatorConfiguration
    let world: SimulatorWorld
    private var numbers: [String: Number] = [:]
    private var unsubscribedAccounts: Set<String> = []
    private var accountOverrides: [String: String] = [:]
    private var pairs: [Pair: RateBucket] = [:]
    private var lastInbound: [Pair: Int64] = [:]
    /// Received messages and who sent them.
    private var senders: [String: String] = [:]
    private(set) var media = FileShelf()

    init(configuration: MetaSimulatorConfiguration, world: SimulatorWorld) {
        self.configuration = configuration
        self.world = world
    }

    // MARK: Numbers

    func put(_ settings: SimulatedNumber, id: String) {
        let rate = rate(settings)
        var number =
            numbers[id]
            ?? Number(
                id: id,
                settings: settings,
                throughput: RateBucket(capacity: rate, perSecond: rate, now: world.now())
            )
        if self.rate(number.settings) != rate {
            number.throughput = RateBucket(capacity: rate, perSecond: rate, now: world.now())
        }
        number.settings = settings
        number.tokenExpiresAt = settings.accessTokenLifetimeSeconds.map { world.now() + Int64($0) * 1_000 }
        numbers[id] = number
    }

    private func rate(_ settings: SimulatedNumber) -> Double {
        Double(settings.messagesPerSecond ?? configuration.messagesPerSecond)
    }

    /// Judges a token by itself.
    func admit(token: String) throws(GraphRefusal) {
        let owners = numbers.values.filter {
            ConstantTime.areEqual(Array($0.settings.accessToken.utf8), Array(token.utf8))
        }
        guard !owners.isEmpty else { throw .invalidToken }
        guard owners.contains(where: isCurrent) else { throw .expiredToken }
    }

    private func isCurrent(_ number: Number) -> Bool { number.tokenExpiresAt.map { world.now() < $0 } ?? true }

    /// A number that the token may use.
    func number(_ id: String, token: String?) -> Number? {
        guard let number = numbers[id], number.settings.accessToken == token, isCurrent(number) else { return nil }
        return number
    }

    /// A number whoever asks.
    func number(_ id: String) -> Number? { numbers[id] }

    /// The numbers of a WABA that the token may use, by id.
    func numbers(ofAccount id: String, token: String?) -> [Number] {
        numbers.values.filter { $0.settings.wabaId == id && $0.settings.accessToken == token }.sorted { $0.id < $1.id }
    }

    /// All numbers of a token.
    func numbers(ofToken token: String) -> [Number] {
        numbers.values.filter { $0.settings.accessToken == token }.sorted { $0.id < $1.id }
    }

    /// Sets the app's callback, which all numbers of a token share.
    func setCallback(_ url: String, token: String) {
        for number in numbers(ofToken: token) { numbers[number.id]?.settings.callbackUrl = url }
    }

    func register(_ id: String) { numbers[id]?.isRegistered = true }

    func override(_ url: String, number id: String) { numbers[id]?.callbackOverride = url.isEmpty ? nil : url }

    func subscribe(account: String, override url: String?) {
        unsubscribedAccounts.remove(account)
        accountOverrides[account] = url
    }

    func unsubscribe(account: String) { unsubscribedAccounts.insert(account) }

    func subscription(ofAccount id: String) -> (isSubscribed: Bool, override: String?) {
        (!unsubscribedAccounts.contains(id), accountOverrides[id])
    }

    /// Where webhooks of a number go: its own override, the WABA's, the app's callback (webhook overrides, read 2025-12).
    func webhookAccount(_ id: String) -> WebhookAccount? {
        guard let number = numbers[id] else { return nil }
        let url = number.callbackOverride ?? accountOverrides[number.settings.wabaId] ?? number.settings.callbackUrl
        return WebhookAccount(id: id, url: url, secret: Secret(number.settings.appSecret))
    }

    /// Whether the WABA's app gets webhooks at all.
    func isSubscribed(number id: String) -> Bool {
        numbers[id].map { !unsubscribedAccounts.contains($0.settings.wabaId) } ?? false
    }

    // MARK: Messages

    /// Takes note of a customer's message, which opens the customer service window and counts towards the number's throughput:
    /// that is of messages in both directions (throughput, read 2026-09).
    func noteInbound(number: String, customers: [String], wamid: String) {
        numbers[number]?.throughput.count(now: world.now())
        for customer in customers { lastInbound[Pair(numberID: number, customer: customer)] = world.now() }
        senders[wamid] = customers.first ?? "unknown"
    }

    /// Who sent a received message; nil if there is none of that id.
    func sender(of wamid: String) -> String? { senders[wamid] }

    /// Judges a message against the limits and gives it its id.
    func accept(_ request: SendMessageRequest, number id: String, token: String?) throws(GraphRefusal) -> Accepted {
        guard var number = number(id, token: token) else { throw .unknownObject(id, method: "post") }
        guard number.isRegistered else { throw .notRegistered }
        if case .unknown(let type)? = request.type {
            throw .invalidParameter(
                "Param type must be one of the documented message types",
                details: "unknown type \(type)"
            )
        }
        let waID = request.to.map(Self.digits)
        guard waID?.isEmpty != true else { throw .invalidParameter("The parameter to is no phone number.") }
        if waID == Self.digits(number.settings.displayPhoneNumber) { throw .recipientIsSender }
        let customer = waID ?? request.recipient ?? ""
        let now = world.now()
        guard number.throughput.take(now: now) else { throw .throughput }
        numbers[id] = number
        let pair = Pair(numberID: id, customer: customer)
        if configuration.enforcesPairLimit {
            let perSecond = Double(configuration.pairMessagesPerMinute) / 60
            var bucket = pairs[pair] ?? RateBucket(capacity: Self.pairBurst, perSecond: perSecond, now: now)
            let isAllowed = bucket.take(now: now)
            pairs[pair] = bucket
            guard isAllowed else { throw .pair }
        }
        let isOpen = lastInbound[pair].map { now - $0 < configuration.serviceWindowMilliseconds } ?? false
        let isReengagement = !isOpen && request.type != .template
        if isReengagement, configuration.refusesClosedWindowAtOnce { throw .closedWindow }
        return Accepted(
            wamid: makeWamid(customer: customer),
            numberID: id,
            waID: waID,
            userID: waID == nil ? request.recipient : nil,
            callbackData: request.bizOpaqueCallbackData,
            isReaction: request.type == .reaction,
            isReengagement: isReengagement
        )
    }

    /// An id in the form of Meta's: opaque, with the number in it.
    func makeWamid(customer: String) -> String {
        "wamid." + Base64.encode([0x1D] + Array(customer.utf8.suffix(20)) + Array(world.hexadecimal(32).utf8))
    }

    /// `+`, `-`, brackets and spaces are allowed in `to` (send messages, read 2025-12).
    static func digits(_ number: String) -> String { number.filter { $0.isASCII && $0.isNumber } }

    // MARK: Media

    func store(
        _ bytes: [UInt8], mime: String, filename: String? = nil, number: String, origin: SimulatedFile.Origin
    ) -> FileShelf.File {
        let id = String(world.random() % 9_000_000_000_000_000 + 1_000_000_000_000_000)
        return media.add(id: id, account: number, origin: origin, mime: mime, filename: filename, bytes: bytes)
    }

    /// A medium that the token's numbers own.
    func medium(_ id: String, token: String?) -> FileShelf.File? {
        guard let medium = media[id], number(medium.account, token: token) != nil else { return nil }
        return medium
    }

    /// A medium that a number may send.
    func medium(_ id: String, number: String) -> FileShelf.File? {
        media[id].flatMap { $0.account == number ? $0 : nil }
    }

    func deleteMedium(_ id: String) { media.remove(id) }

    /// Forgets everything but the numbers.
    func reset() {
        pairs = [:]
        lastInbound = [:]
        senders = [:]
        media = FileShelf()
        for (id, number) in numbers {
            let rate = rate(number.settings)
            numbers[id]?.throughput = RateBucket(capacity: rate, perSecond: rate, now: world.now())
        }
    }
}
