import ConnectionCheckContract
import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract

/// One check and what it found.
struct DoctorCheck: Sendable, Hashable {
    let title: String
    let outcome: CheckOutcome
    var detail: String?
    var cause: String?
    var remedy: String?
}

extension DoctorCheck {
    /// A check that a service ran.
    init(_ result: CheckResult) {
        self.init(
            title: result.title, outcome: result.outcome, detail: result.detail, cause: result.cause,
            remedy: result.remedy)
    }

    /// Whether a service takes work.
    init(_ service: SharedContract.ServiceName, _ readiness: SharedContract.Readiness?) {
        let name = service.rawValue
        guard let readiness else {
            self.init(
                title: name, outcome: .failed, cause: "It gives no answer.",
                remedy: "Start it, or set its address; look at its log.")
            return
        }
        let down = readiness.dependencies.filter { $0.status != .up }
        let words = down.map { "\($0.name) is \($0.status.rawValue)" + ($0.detail.map { ": \($0)" } ?? "") }
        guard readiness.status == .ready else {
            self.init(
                title: name, outcome: .failed, detail: readiness.status.rawValue,
                cause: words.isEmpty ? "It takes no work." : words.joined(separator: "; "),
                remedy: "Mend what it depends on; it becomes ready by itself.")
            return
        }
        self.init(
            title: name, outcome: down.isEmpty ? .passed : .warning, detail: "ready",
            cause: words.isEmpty ? nil : words.joined(separator: "; "),
            remedy: words.isEmpty ? nil : "It works without, slower or with a delay.")
    }

    /// Messages of a tenant that wait. Throttling passes by itself.
    init(holds: [TenantHold], title: String) {
        let causes = holds.map { hold in
            let words = hold.cause?.reason ?? "earlier ones go first"
            return "\(hold.heldMessages) for \(hold.platform == .whatsapp ? "WhatsApp" : "Genesys"): \(words)"
        }
        let passes = holds.allSatisfy { $0.cause == nil || $0.cause?.disposition == .throttled }
        self.init(
            title: title, outcome: passes ? .warning : .failed, detail: causes.joined(separator: "; "),
            cause: passes ? "They follow by themselves." : "The tenant or its number is on hold.",
            remedy: passes
                ? nil
                : "Mend what the platform refuses; they follow within a minute, or at once: `waba-genesys holds release`."
        )
    }

    /// Lines for people: the result, and what to do where it did not pass.
    var lines: [String] {
        let marks: [CheckOutcome: String] = [.passed: "✓", .warning: "!", .failed: "✗", .skipped: "–"]
        let head = "  \(marks[outcome] ?? " ") \(title)" + (detail.map { "  (\($0))" } ?? "")
        guard outcome != .passed else { return [head] }
        return [head] + [cause, remedy.map { "→ \($0)" }].compactMap { $0 }.map { "      \($0)" }
    }

    var jsonValue: JSONValue {
        var members: [(String, JSONValue)] = [("title", .string(title)), ("outcome", .string(outcome.rawValue))]
        for (name, value) in [("detail", detail), ("cause", cause), ("remedy", remedy)] {
            if let value { members.append((name, .string(value))) }
        }
        return .object(JSONObject(members))
    }
}

/// Checks that belong together.
struct DoctorGroup: Sendable, Hashable {
    let title: String
    let checks: [DoctorCheck]

    var hasFailed: Bool { checks.contains { $0.outcome == .failed } }

    var lines: [String] { [title] + checks.flatMap(\.lines) }

    var jsonValue: JSONValue {
        .object(JSONObject([("title", .string(title)), ("checks", .array(checks.map(\.jsonValue)))]))
    }
}
