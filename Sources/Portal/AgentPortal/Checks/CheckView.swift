import ConnectionCheckContract
import ContractRuntime

/// Results of checks as pages show them.
struct CheckView {
    struct Item {
        let title: String
        let outcome: String
        /// Colour of the state: good, wait, bad or off.
        let kind: String
        let detail: String?
        let cause: String?
        let remedy: String?
    }

    struct Group {
        let title: String
        let checkedAt: TimeText
        let items: [Item]
    }

    let groups: [Group]
    let passed: Int
    let warnings: Int
    let failures: Int

    /// - Parameter reports: By the part that was checked.
    init(_ reports: [ConnectionChecker.Part: CheckReport], of parts: [ConnectionChecker.Part]) {
        let shown = parts.compactMap { part in reports[part].map { (part, $0) } }
        groups = shown.map { part, report in
            Group(title: part.title, checkedAt: TimeText(report.checkedAt), items: report.items.map(Item.init))
        }
        let outcomes = shown.flatMap { $0.1.items.map(\.outcome) }
        passed = outcomes.count { $0 == .passed }
        warnings = outcomes.count { $0 == .warning }
        failures = outcomes.count { $0 == .failed }
    }
}

extension CheckView.Item {
    init(_ result: CheckResult) {
        title = result.title
        detail = result.detail.flatMap { $0.isEmpty ? nil : $0 }
        remedy = result.remedy
        switch result.outcome {
        case .passed: (outcome, kind) = ("passed", "good")
        case .warning: (outcome, kind) = ("warning", "wait")
        case .failed: (outcome, kind) = ("failed", "bad")
        case .skipped: (outcome, kind) = ("not checked", "off")
        }
        // Of what could not be checked services give half a sentence.
        cause = result.cause.map { $0.prefix(1).uppercased() + $0.dropFirst() + ($0.hasSuffix(".") ? "" : ".") }
    }
}

extension ConnectionChecker.Part {
    /// For people.
    var title: String {
        switch self {
        case .stored: "What is stored"
        case .whatsApp: "WhatsApp"
        case .genesys: "Genesys Cloud"
        case .whatsAppWebhooks: "From Meta to the relay"
        case .genesysWebhooks: "From Genesys to the relay"
        }
    }
}
