import ContractRuntime
import Crypto
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
        /// Why its medium could not be fetched from the address that the message named; it fails for that.
        let unfetched: String?
    }

    /// A message of the last 30 days.
    private struct Known {
        /// The customer, where the message was received.
        var sender: String?
        var isReaction = false
        let at: Int64
    }

    private struct Pair: Hashable {
        let numberID: String
        let customer: String
    }

    /// Burst to one user (Cloud API overview, read 2025-12).
    private static let pairBurst = 45.0
    /// How long a message can be reacted to and marked as read: 30 days (messages, read 2025-12), in milliseconds.
    private static let reach: Int64 = 30 * 86_400_000

    let configuration: MetaSimulatorConfiguration
    let world: SimulatorWorld
    private var numbers: [String: Number] = [:]
    private var unsubscribedAccounts: Set<String> = []
    private var accountOverrides: [String: String] = [:]
    private var pairs: [Pair: RateBucket] = [:]
    /// Calls about accounts, by WABA.
    private var management: [String: RateBucket] = [:]
    private var lastInbound: [Pair: Int64] = [:]
    /// Messages that can be marked as read or reacted to, by id.
    private var known: [String: Known] = [:]
    var media = FileShelf()
    /// Signs the addresses of media.
    let mediaKey: SymmetricKey

    init(configuration: MetaSimulatorConfiguration, world: SimulatorWorld) {
        self.configuration = configuration
        self.world = world
        mediaKey = SymmetricKey(data: Array(world.urlSafeToken(32).utf8))
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

    /// Counts a call about accounts: 5,000 an hour for an app and a WABA in use (Cloud API overview, read 2025-12).
    func admitManagement(token: String) throws(GraphRefusal) {
        let account = numbers(ofToken: token).first?.settings.wabaId ?? ""
        let now = world.now()
        var bucket = management[account] ?? RateBucket(capacity: 5_000, perSecond: 5_000 / 3_600, now: now)
        let isAllowed = bucket.take(now: now)
        management[account] = bucket
        guard isAllowed else { throw .management }
    }

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
        known[wamid] = Known(sender: customers.first ?? "unknown", at: world.now())
    }

    /// Who sent a received message; nil if there is none of that id within 30 days (mark as read, read 2025-12).
    func sender(of wamid: String) -> String? { recent(wamid)?.sender }

    private func recent(_ wamid: String) -> Known? {
        known[wamid].flatMap { world.now() - $0.at < Self.reach ? $0 : nil }
    }

    /// Judges a message against the limits and gives it its id.
    /// - Parameter unfetched: Why its medium could not be fetched, if so.
    func accept(
        _ request: SendMessageRequest, number id: String, token: String?, unfetched: String? = nil
    ) throws(GraphRefusal) -> Accepted {
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
        if let reaction = request.reaction, recent(reaction.messageId)?.isReaction != false {
            throw .invalidValue("the message to react to is unknown, older than 30 days or itself a reaction")
        }
        if let template = request.template, let approved = number.settings.templates {
            try template.check(against: approved)
        }
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
        let wamid = makeWamid(customer: customer)
        known[wamid] = Known(isReaction: request.type == .reaction, at: now)
        return Accepted(
            wamid: wamid,
            numberID: id,
            waID: waID,
            userID: waID == nil ? request.recipient : nil,
            callbackData: request.bizOpaqueCallbackData,
            isReaction: request.type == .reaction,
            isReengagement: isReengagement,
            unfetched: unfetched
        )
    }

    /// An id in the form of Meta's: opaque, with the number in it.
    func makeWamid(customer: String) -> String {
        "wamid." + Base64.encode([0x1D] + Array(customer.utf8.suffix(20)) + Array(world.hexadecimal(32).utf8))
    }

    /// `+`, `-`, brackets and spaces are allowed in `to` (send messages, read 2025-12).
    static func digits(_ number: String) -> String { number.filter { $0.isASCII && $0.isNumber } }

    /// Forgets everything but the numbers.
    func reset() {
        pairs = [:]
        management = [:]
        lastInbound = [:]
        known = [:]
        media = FileShelf()
        for (id, number) in numbers {
            let rate = rate(number.settings)
            numbers[id]?.throughput = RateBucket(capacity: rate, perSecond: rate, now: world.now())
        }
    }
}
