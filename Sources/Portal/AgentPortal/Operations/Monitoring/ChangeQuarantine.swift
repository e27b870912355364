import AgentPortalContract
import ContractRuntime
import SharedContract
import StateManagerContract

extension AgentPortal {
    /// Routes what is ticked, or what matches, again.
    public func replayQuarantineFromForm(
        _ input: ReplayQuarantineFromForm.Input, _ context: RequestContext
    ) async throws -> ReplayQuarantineFromForm.Output {
        let form = input.body
        let change = try await self.change(form) { ids, filter in
            try await services.state.replayQuarantinedUpdates(
                .init(body: .init(ids: ids, filter: filter)), traceparent: context.traceparent,
                options: Self.changeOptions)
        } read: { output in
            guard case .ok(let changes) = output else { return nil }
            return (changes.results.map(\.result), changes.remaining)
        }
        AuditNote.add(subject: form.subject, detail: "replayed \(change.changed), unchanged \(change.unchanged)")
        return .seeOther(location: change.address("/quarantine", verb: "replayed", form.search.query))
    }

    /// Discards what is ticked, or what matches.
    public func discardQuarantineFromForm(
        _ input: DiscardQuarantineFromForm.Input, _ context: RequestContext
    ) async throws -> DiscardQuarantineFromForm.Output {
        let form = input.body
        guard let note = form.note?.entered else { throw PortalRefusal.noteNeeded }
        let change = try await self.change(form) { ids, filter in
            try await services.state.discardQuarantinedUpdates(
                .init(body: .init(ids: ids, filter: filter, note: note)), traceparent: context.traceparent,
                options: Self.changeOptions)
        } read: { output in
            guard case .ok(let changes) = output else { return nil }
            return (changes.results.map(\.result), changes.remaining)
        }
        AuditNote.add(
            subject: form.subject, detail: "discarded \(change.changed), unchanged \(change.unchanged): \(note)")
        return .seeOther(location: change.address("/quarantine", verb: "discarded", form.search.query))
    }

    private func change<Output: Sendable>(
        _ form: QuarantineForm, call: ([String]?, QuarantineFilter?) async throws -> Output,
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

extension QuarantineForm {
    fileprivate var search: QuarantineSearch {
        QuarantineSearch(tenantID: tenantId, reason: reason, addressee: addressee)
    }

    /// For the audit log.
    fileprivate var subject: String {
        if scope == "matching" { return "all open quarantined updates \(search.query.text)" }
        let ids = ids ?? []
        return ids.count == 1 ? ids[0] : "\(ids.count) quarantined updates"
    }
}
