import ContractRuntime
import SharedContract
import SimulatorContract
import StateManagerContract

/// What happened to the messages of the demonstration, put in order from what all sides recorded.
struct DemoTimeline {
    private var hops: [(at: DateTime, place: String, what: String, id: String)] = []

    /// Adds a hop.
    mutating func add(_ at: DateTime, _ place: String, _ what: String, id: String = "") {
        hops.append((at, place, what, id))
    }

    /// Adds what the relay recorded about a message.
    mutating func add(_ story: MessageStory) {
        let tracking = story.tracking
        add(tracking.receivedAt, "relay", "webhook accepted (\(tracking.direction.rawValue))", id: tracking.id)
        for event in story.events {
            var what = event.kind.rawValue
            if let status = event.status { what += " \(status.rawValue)" }
            if let failure = event.failure { what += ": \(failure.code ?? failure.reason)" }
            add(event.recordedAt, "state-manager", what, id: tracking.id)
        }
    }

    /// Adds the calls and webhooks in a simulator's log.
    mutating func add(_ lines: [SimulatorLogLine], of place: String) {
        for line in lines where line.direction != .control {
            let status = line.status.map { " → \($0)" } ?? ""
            add(line.at, place, line.direction == .call ? "\(line.text)\(status)" : line.text)
        }
    }

    /// The hops in order, each with the time since the first.
    var table: TextTable {
        var table = TextTable(["time", "+ms", "where", "what", "id"], maximumWidth: 100)
        let ordered = hops.enumerated().sorted {
            ($0.element.at.millisecondsSinceEpoch, $0.offset) < ($1.element.at.millisecondsSinceEpoch, $1.offset)
        }
        guard let first = ordered.first?.element.at.millisecondsSinceEpoch else { return table }
        for (_, hop) in ordered {
            let time = String(hop.at.text.dropFirst(11).prefix(12))
            table.add([time, "\(hop.at.millisecondsSinceEpoch - first)", hop.place, hop.what, hop.id])
        }
        return table
    }
}
