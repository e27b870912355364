import ContractRuntime
import Testing

@testable import StateManager

@Suite("How late statuses are")
struct EvidenceLagTests {
    private func at(_ seconds: Int64) -> DateTime { DateTime(millisecondsSinceEpoch: seconds * 1_000) }

    @Test("the longest delay counts and melts away as time passes")
    func melting() {
        let lag = EvidenceLag()
        #expect(lag.milliseconds(now: at(1_000)) == 0)
        lag.note(occurredAt: at(1_000), now: at(1_040))
        #expect(lag.milliseconds(now: at(1_040)) == 40_000)
        lag.note(occurredAt: at(1_049), now: at(1_050))
        #expect(lag.milliseconds(now: at(1_050)) == 30_000)
        #expect(lag.milliseconds(now: at(1_081)) == 0)
    }

    @Test("the latest status tells how far they reach, late or not")
    func reach() {
        let lag = EvidenceLag()
        #expect(lag.reach == nil)
        lag.note(occurredAt: at(1_000), now: at(9_000))
        #expect(lag.reach == at(1_000))
        lag.note(occurredAt: at(9_010), now: at(9_000))
        lag.note(occurredAt: at(8_000), now: at(9_000))
        #expect(lag.reach == at(9_010))
        // A clock that is off by more proves nothing.
        lag.note(occurredAt: at(9_061), now: at(9_000))
        #expect(lag.reach == at(9_010))
    }

    @Test("what is older than an hour, or from the future, says nothing")
    func unusable() {
        let lag = EvidenceLag()
        lag.note(occurredAt: at(0), now: at(3_601))
        lag.note(occurredAt: at(5_000), now: at(4_000))
        #expect(lag.milliseconds(now: at(4_000)) == 0)
    }
}
