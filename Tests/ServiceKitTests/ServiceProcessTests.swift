import Glibc
import Logging
import ServiceKit
import ServiceLifecycle
import Synchronization
import Testing

@Suite("Process")
struct ServiceProcessTests {
    /// Notes what happens in which order.
    final class Journal: Sendable {
        private let kept = Mutex<[String]>([])
        func note(_ event: String) { kept.withLock { $0.append(event) } }
        var events: [String] { kept.withLock { $0 } }
    }

    struct Broken: Error {}

    private let logger = Logger.json(service: "test", sink: { _ in })

    /// Takes work until graceful shutdown, then finishes what it has in hand.
    struct Consumer: Service {
        let name: String
        let journal: Journal
        let health: HealthRegistry

        func run() async throws {
            try await gracefulShutdown()
            journal.note("\(name) stops, draining: \(health.isDraining)")
            await Task.yield()
            journal.note("\(name) finished")
        }
    }

    @Test("readiness turns off first, then intakes stop together, then resources close from the last to the first")
    func order() async {
        let journal = Journal()
        let health = HealthRegistry()
        let process = ServiceProcess(
            resources: [
                .closing("database") { journal.note("database closed") },
                .closing("broker") { journal.note("broker closed") },
            ],
            intakes: [
                .init("http", Consumer(name: "http", journal: journal, health: health)),
                .init("worker", Consumer(name: "worker", journal: journal, health: health)),
                .cancellable("lane") {
                    try? await Task.sleep(for: .seconds(3_600))
                    journal.note("lane finished")
                },
            ],
            health: [health],
            logger: logger
        )
        let code = await process.run(handlesSignals: false, until: {})
        #expect(code == 0)
        let events = journal.events
        #expect(events.contains("http stops, draining: true") && events.contains("worker stops, draining: true"))
        #expect(Set(events.dropLast(2)).isSuperset(of: ["http finished", "worker finished", "lane finished"]))
        #expect(events.suffix(2) == ["broker closed", "database closed"])
    }

    @Test("SIGTERM ends the process in order")
    func signal() async {
        let health = HealthRegistry()
        let process = ServiceProcess(
            intakes: [
                .cancellable("lane") {
                    kill(getpid(), SIGTERM)
                    try await Task.sleep(for: .seconds(3_600))
                }
            ],
            health: [health],
            logger: logger
        )
        #expect(await process.run() == 0)
        #expect(health.isDraining)
    }

    @Test("a part that fails ends the process with code 1, and resources are closed all the same")
    func failure() async {
        let journal = Journal()
        let process = ServiceProcess(
            resources: [.closing("database") { journal.note("database closed") }],
            intakes: [.cancellable("lane") { throw Broken() }],
            health: [],
            logger: logger
        )
        #expect(await process.run(handlesSignals: false) == 1)
        #expect(journal.events == ["database closed"])
    }

    @Test("a part that ends by itself is a failure")
    func ended() async {
        let process = ServiceProcess(intakes: [.cancellable("lane") {}], health: [], logger: logger)
        #expect(await process.run(handlesSignals: false) == 1)
    }

    @Test("work that does not end within the drain limit is cancelled, and the exit code says so")
    func drainLimit() async {
        struct Endless: Service {
            let journal: Journal
            func run() async throws {
                try? await gracefulShutdown()
                try? await Task.sleep(for: .seconds(3_600))
                journal.note("cancelled: \(Task.isCancelled)")
            }
        }
        let journal = Journal()
        let process = ServiceProcess(
            resources: [.closing("database") { journal.note("database closed") }],
            intakes: [.init("endless", Endless(journal: journal))],
            health: [],
            drainLimit: .milliseconds(50),
            logger: logger
        )
        #expect(await process.run(handlesSignals: false, until: {}) == 1)
        #expect(Set(journal.events) == ["cancelled: true", "database closed"])
    }
}
