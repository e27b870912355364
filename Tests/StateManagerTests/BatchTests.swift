import ContractRuntime
import Database
import SharedContract
import StateManagerBatches
import StateManagerContract
import Testing

@testable import StateManager

@Suite("Batches of several messages", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct BatchTests {
    private func status(_ world: TestWorld, _ index: Int, _ tracking: String? = nil) -> StatusReport {
        StatusReport(
            tenantId: world.tenantID, wamid: "wamid.\(index)", trackingId: tracking, status: .delivered,
            customer: CustomerIdentity(waId: address(index)), occurredAt: time(5), receivedAt: time(6))
    }

    private func address(_ index: Int) -> String { "4917000000\(index % 10)" }

    @Test("many at once are claimed, begun, completed and reported, and each gets the answer to its own")
    func together() async throws {
        try await TestWorld.run { world in
            let batches = StateManagerBatches(world.client)
            let ends = try await withThrowingTaskGroup(of: (Int, MessageTracking).self) { group in
                for index in 0..<120 {
                    group.addTask {
                        let item = world.outbound("out-\(index)", to: self.address(index))
                        let claim = try await batches.claims(item, traceparent: "")
                        let (id, attempt) = (claim.tracking.id, newID())
                        let begin = BeginSendRequest(trackingId: id, attemptId: attempt)
                        guard case .proceed(let proceed) = try await batches.begins(begin, traceparent: "") else {
                            throw Unexpected("no proceed")
                        }
                        #expect(proceed.attemptId == attempt)
                        let accepted = SendOutcome.accepted(
                            SendAccepted(
                                platformMessageId: "wamid.\(index)",
                                recipient: CustomerIdentity(waId: self.address(index))))
                        _ = try await batches.completions(
                            CompleteSendRequest(trackingId: id, attemptId: attempt, outcome: accepted), traceparent: "")
                        let result = try await batches.statuses(self.status(world, index), traceparent: "")
                        return (index, try result.recorded.tracking)
                    }
                }
                return try await group.reduce(into: [Int: MessageTracking]()) { $0[$1.0] = $1.1 }
            }
            #expect(ends.count == 120)
            for (index, tracking) in ends {
                #expect(tracking.genesysMessageId == "out-\(index)")
                #expect(tracking.metaMessageId == "wamid.\(index)")
                #expect(tracking.status == .delivered)
            }
        }
    }

    @Test("one that breaks the contract is refused, and those that were gathered with it are served")
    func oneBadItem() async throws {
        try await TestWorld.run { world in
            let batches = StateManagerBatches(world.client)
            let outcomes = await withTaskGroup(of: (Int, Result<ClaimResult, any Error>).self) { group in
                for index in 0..<30 {
                    group.addTask {
                        // An id that is longer than the contract allows.
                        let id = index == 7 ? String(repeating: "x", count: 2_000) : "out-\(index)"
                        let item = world.outbound(id, to: self.address(index))
                        do { return (index, .success(try await batches.claims(item, traceparent: ""))) } catch {
                            return (index, .failure(error))
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for (index, outcome) in outcomes {
                switch outcome {
                case .success(let result): #expect(result.tracking.genesysMessageId == "out-\(index)")
                case .failure(let error):
                    #expect(index == 7)
                    guard case .client(.invalidRequest) = error as? StateManagerRefusal else {
                        Issue.record(error, "another refusal")
                        continue
                    }
                }
            }
            #expect((try? outcomes[7]?.get()) == nil)
            #expect(outcomes.count == 30)
        }
    }

    @Test("results of attempts and reports of the same messages, in opposite orders at the same time, are all recorded")
    func oppositeOrders() async throws {
        try await TestWorld.run { world in
            for round in 0..<5 {
                let numbers = (0..<20).map { round * 20 + $0 }
                var attempts: [(id: String, attempt: String, index: Int)] = []
                for index in numbers {
                    let attempt = newID()
                    let item = world.outbound("out-\(index)", to: address(index))
                    attempts.append((try await world.sending(item, attempt: attempt).id, attempt, index))
                }
                let completions = attempts.map { sent in
                    CompleteSendRequest(
                        trackingId: sent.id, attemptId: sent.attempt,
                        outcome: .accepted(SendAccepted(platformMessageId: "wamid.\(sent.index)")))
                }
                let reports = attempts.reversed().map { status(world, $0.index, $0.id) }
                async let completed = world.client.completeSends(.init(body: CompleteSendBatch(items: completions)))
                async let reported = world.client.recordStatuses(.init(body: StatusBatch(items: Array(reports))))
                guard case .ok(let results) = try await completed, case .ok(let evidence) = try await reported else {
                    throw Unexpected("not answered")
                }
                #expect(results.results.count == 20)
                #expect(try evidence.results.allSatisfy { try $0.recorded.tracking.status == .delivered })
                for sent in attempts { #expect(try await world.story(sent.id).tracking.status == .delivered) }
            }
        }
    }

    @Test("the quick functions give what those before them gave")
    func sameAnswers() async throws {
        try await TestWorld.run(upTo: 312) { world in
            let numbers = [
                "+5511998765432", "551198765432", "5491123456789", "541115234567", "5421151234567", "5423415123456",
                "5215512345678", "525512345678", "5", "", "+", "491700000001", "15550001000", "54",
            ]
            // What claims call since version 330; of no matter here.
            try await world.database.execute(
                Statement(
                    """
                    CREATE FUNCTION keep_content(tracking message_tracking, item jsonb)
                    RETURNS message_tracking LANGUAGE sql AS 'SELECT tracking'
                    """))
            let attempt = newID()
            let tracking = try await world.sending(world.outbound("out-1", in: "c-1"), attempt: attempt)
            _ = try await world.complete(
                tracking.id, attempt, .permanent(SendPermanentFailure(code: "131026", reason: "no")))
            _ = try await world.claim(world.inbound("in-1", waId: nil, userId: "DE.abc", name: "Ada"))
            func answers() async throws -> [String] {
                try await world.database.query(
                    Statement(
                        """
                        SELECT tracking_document(m)::text AS answer FROM message_tracking m
                        UNION ALL SELECT mapping_document(c)::text FROM conversation_mappings c
                        UNION ALL SELECT coalesce(mapping_document(NULL)::text, 'nobody')
                        UNION ALL SELECT n || ' is ' || coalesce(canonical_number(n), 'none')
                            FROM jsonb_array_elements_text($1::jsonb) AS n
                        UNION ALL SELECT coalesce(canonical_number(NULL), 'none')
                        UNION ALL SELECT jsonb_array_length(with_event(
                            (SELECT jsonb_agg(i) FROM generate_series(1, length) AS i), '{"kind": "claimed"}'))::text
                            FROM unnest(ARRAY[1, 199, 200]) AS length
                        ORDER BY 1
                        """, [.jsonb("[\"" + numbers.joined(separator: "\",\"") + "\"]")])
                ).map { try $0.text("answer") }
            }
            let before = try await answers()
            #expect(before.count == 2 + 2 + 1 + numbers.count + 1 + 3)
            try await world.database.execute(Statement("DROP FUNCTION keep_content(message_tracking, jsonb)"))
            try await Migrator(world.database).apply(StateManager.migrations)
            #expect(try await answers() == before)
        }
    }
}
