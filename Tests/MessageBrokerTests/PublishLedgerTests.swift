import ContractRuntime
import Testing

@testable import MessageBroker

@Suite("The publish ledger")
struct PublishLedgerTests {
    private let start = ContinuousClock.now
    private let lost = MessagingError(.unavailable, reason: "lost")

    private func messages(_ count: Int, _ prefix: String = "m") -> [OutgoingMessage] {
        (0..<count).map { OutgoingMessage(exchange: "", routingKey: "q", body: [0], messageID: "\(prefix)\($0)") }
    }

    private func sendAll(_ ledger: inout PublishLedger) -> [String] {
        var sent: [String] = []
        while let message = ledger.nextToSend() { sent.append(message.messageID ?? "") }
        return sent
    }

    @Test("a batch is confirmed with its last message, in whatever order the confirms come")
    func confirms() {
        var ledger = PublishLedger(windowLimit: 10)
        ledger.admit(1, messages: messages(2, "a"), deadline: start)
        ledger.admit(2, messages: messages(1, "b"), deadline: start)
        #expect(sendAll(&ledger) == ["a0", "a1", "b0"])
        #expect(ledger.confirm(tag: 2, multiple: false, accepted: true).isEmpty)
        #expect(ledger.confirm(tag: 3, multiple: true, accepted: true).map(\.batch) == [1, 2])
        #expect(ledger.pendingCount == 0)
        #expect(ledger.confirm(tag: 3, multiple: false, accepted: true).isEmpty)
    }

    @Test("no more messages than the window holds are unconfirmed, and batches keep their order")
    func window() {
        var ledger = PublishLedger(windowLimit: 2)
        ledger.admit(1, messages: messages(3, "a"), deadline: start)
        ledger.admit(2, messages: messages(1, "b"), deadline: start)
        #expect(sendAll(&ledger) == ["a0", "a1"])
        #expect(ledger.confirm(tag: 2, multiple: true, accepted: true).isEmpty)
        #expect(sendAll(&ledger) == ["a2", "b0"])
        #expect(ledger.confirm(tag: 4, multiple: true, accepted: true).map(\.batch) == [1, 2])
    }

    @Test("no message is sent while the unconfirmed bodies are larger than the limit")
    func bytes() {
        var ledger = PublishLedger(windowLimit: 10, byteLimit: 2)
        ledger.admit(1, messages: messages(3), deadline: start)
        #expect(sendAll(&ledger).count == 2)
        _ = ledger.confirm(tag: 1, multiple: false, accepted: true)
        #expect(sendAll(&ledger).count == 1)
    }

    @Test("a refused message fails its batch only")
    func refused() {
        var ledger = PublishLedger(windowLimit: 10)
        ledger.admit(1, messages: messages(2), deadline: start)
        ledger.admit(2, messages: messages(1), deadline: start)
        _ = sendAll(&ledger)
        #expect(ledger.confirm(tag: 1, multiple: false, accepted: false).isEmpty)
        let outcomes = ledger.confirm(tag: 3, multiple: true, accepted: true)
        #expect(outcomes.map(\.error?.code) == [.refused, nil])
    }

    @Test("a returned message makes its batch unroutable once it is confirmed")
    func returned() {
        var ledger = PublishLedger(windowLimit: 10)
        ledger.admit(1, messages: messages(1, "a"), deadline: start)
        ledger.admit(2, messages: messages(1, "b"), deadline: start)
        _ = sendAll(&ledger)
        ledger.noteReturned(exchange: "", routingKey: "q", messageID: "b0", reason: "no route")
        #expect(ledger.confirm(tag: 2, multiple: true, accepted: true).map(\.error?.code) == [nil, .unroutable])
    }

    @Test("a lost channel ends the batches that were sent, names the guilty exchange, and starts the tags again")
    func channelLost() {
        var ledger = PublishLedger(windowLimit: 1)
        ledger.admit(1, messages: messages(2, "a"), deadline: start)
        ledger.admit(2, messages: messages(1, "b"), deadline: start)
        #expect(sendAll(&ledger) == ["a0"])
        var asked: Set<String> = []
        let outcomes = ledger.channelLost { exchanges in
            asked = exchanges
            return lost
        }
        #expect(asked == [""])
        #expect(outcomes == [.init(batch: 1, error: lost)])
        #expect(sendAll(&ledger) == ["b0"])
        #expect(ledger.confirm(tag: 1, multiple: false, accepted: true).map(\.batch) == [2])
    }

    @Test("a cancelled or expired batch is forgotten, and its sent messages still count until they are confirmed")
    func ends() {
        var ledger = PublishLedger(windowLimit: 2)
        ledger.admit(1, messages: messages(2, "a"), deadline: start)
        ledger.admit(2, messages: messages(2, "b"), deadline: start + .seconds(1))
        _ = sendAll(&ledger)
        #expect(ledger.expire(now: start, error: lost) == [.init(batch: 1, error: lost)])
        #expect(ledger.nextDeadline == start + .seconds(1))
        #expect(ledger.cancel(2, error: lost) == .init(batch: 2, error: lost))
        #expect(ledger.cancel(2, error: lost) == nil)
        #expect(ledger.pendingCount == 0)
        ledger.admit(3, messages: messages(1, "c"), deadline: start)
        #expect(sendAll(&ledger).isEmpty)
        #expect(ledger.confirm(tag: 2, multiple: true, accepted: true).isEmpty)
        #expect(sendAll(&ledger) == ["c0"])
    }
}
