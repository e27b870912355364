import AgentPortalContract
import ContractRuntime
import SharedContract
import StateManagerContract

extension AgentPortal {
    /// Replays what is ticked, or what matches.
    public func replayDeadLettersFromForm(
        _ input: ReplayDeadLettersFromForm.Input, _ context: RequestContext
    ) async throws -> ReplayDeadLettersFromForm.Output {
        let form = input.body
        let search = form.search
        let change = try await self.change(form) { ids, filter in
            try await services.state.replayDeadLetters(
                .init(body: .init(ids: ids, filter: filter)), traceparent: context.traceparent,
                options: Self.changeOptions)
        } read: { output in
            guard case .ok(let changes) = output else { return nil }
            return (changes.results.map(\.result), changes.remaining)
        }
        AuditNote.add(subject: form.subject, detail: "replayed \(change.changed), unchanged \(change.unchanged)")
        return .seeOther(location: change.address("/dead-letters", verb: "replayed", search.query))
    }

    /// Discards what is ticked, or what matches.
    public func discardDeadLettersFromForm(
        _ input: DiscardDeadLettersFromForm.Input, _ context: RequestContext
    ) async throws -> DiscardDeadLettersFromForm.Output {
        let form = input.body
        let search = form.search
        guard let note = form.note?.entered else { throw PortalRefusal.noteNeeded }
        let change = try await self.change(form) { ids, filter in
            try await services.state.discardDeadLetters(
                .init(body: .init(ids: ids, filter: filter, note: note)), traceparent: context.traceparent,
                options: Self.changeOptions)
        } read: { output in
            guard case .ok(let changes) = output else { return nil }
            return (changes.results.map(\.result), changes.remaining)
        }
        AuditNote.add(
            subject: form.subject, detail: "discarded \(change.changed), unchanged \(change.unchanged): \(note)")
        return .seeOther(location: change.address("/dead-letters", verb: "discarded", search.query))
    }

    /// A hundred messages are published one after the other.
    static let changeOptions = RequestOptions(timeout: .seconds(30))

    /// Calls until nothing is left of a filter, or as often as a page may take; once for what is ticked.
    private func change<Output: Sendable>(
        _ form: DeadLettersForm, call: ([String]?, DeadLetterFilter?) async throws -> Output,
        read: (Output) -> (results: [ChangeResult], remaining: Int)?
    ) async throws -> SelectionChange {
        let isMatching = form.scope == "matching"
        let ids = form.ids ?? []
        guard isMatching || !ids.isEmpty else { throw PortalRefusal.nothingSelected }
        var change = SelectionChange()
        for _ in 0..<SelectionChange.maximumCalls {
            let output = try await ask("state-manager") {
                try await call(isMatching ? nil : ids, isMatching ? form.search.filter : nil)
            }
            guard let answer = read(output) else { throw PortalRefusal.serviceAway("state-manager") }
            guard change.add(answer.results, remaining: answer.remaining), isMatching else { break }
        }
        return change
    }
}

extension DeadLettersForm {
    fileprivate var search: DeadLetterSearch {
        DeadLetterSearch(
            tenantID: tenantId, service: service, direction: direction, disposition: disposition, code: code)
    }

    /// For the audit log.
    fileprivate var subject: String {
        if scope == "matching" { return "all open dead letters \(search.query.text)" }
        let ids = ids ?? []
        return ids.count == 1 ? ids[0] : "\(ids.count) dead letters"
    }
}

extension PortalRefusal {
    static let nothingSelected = PortalRefusal(
        status: 400, title: "Nothing is selected", cause: "None of the entries was ticked.",
        remedy: "Go back, tick what you mean, and send the form again.")
    static let noteNeeded = PortalRefusal(
        status: 400, title: "A note is needed", cause: "What is discarded is given up for good.",
        remedy: "Go back and write why, for whoever looks at it later.")
}
