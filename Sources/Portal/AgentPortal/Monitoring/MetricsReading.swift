/// The metrics of a process, read from Prometheus text exposition format 0.0.4.
struct MetricsReading: Sendable {
    /// One line.
    struct Sample: Sendable, Hashable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    /// Lines by name of the metric.
    private let samples: [String: [Sample]]

    /// Reads what can be read; a line of another form is left out.
    init(_ text: String) {
        var samples: [String: [Sample]] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if let sample = Self.sample(line) { samples[sample.name, default: []].append(sample) }
        }
        self.samples = samples
    }

    /// The lines of a metric; the relay's own names are given without `waba_`.
    func all(_ name: String) -> [Sample] { samples["waba_" + name] ?? [] }

    /// The sum of the lines that satisfy a condition; 0 if there is none.
    func sum(_ name: String, where isWanted: (Sample) -> Bool = { _ in true }) -> Double {
        all(name).filter(isWanted).reduce(0) { $0 + $1.value }
    }

    /// The sum of all lines; nil if there is none, so that nothing was measured.
    func total(_ name: String) -> Double? { all(name).isEmpty ? nil : sum(name) }

    /// When the process started, in seconds since 1970; tells processes apart.
    var processStart: Double? { samples["process_start_time_seconds"]?.first?.value }

    private static func sample(_ line: Substring) -> Sample? {
        guard let open = line.firstIndex(of: "{") else {
            let parts = line.split(separator: " ")
            guard parts.count >= 2, let value = Double(parts[1]) else { return nil }
            return Sample(name: String(parts[0]), labels: [:], value: value)
        }
        guard let (labels, rest) = labels(line[line.index(after: open)...]),
            let word = rest.split(separator: " ").first, let value = Double(word)
        else { return nil }
        return Sample(name: String(line[..<open]), labels: labels, value: value)
    }

    /// Reads `name="value",…}` and returns what follows. A value may hold escaped quotes, commas and braces.
    private static func labels(_ text: Substring) -> (labels: [String: String], rest: Substring)? {
        var labels: [String: String] = [:]
        var rest = text
        while rest.first != "}" {
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let name = String(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
            guard rest.first == "\"", let (value, after) = quoted(rest.dropFirst()) else { return nil }
            labels[name] = value
            rest = after.first == "," ? after.dropFirst() : after
        }
        return (labels, rest.dropFirst())
    }

    private static func quoted(_ text: Substring) -> (value: String, rest: Substring)? {
        var value = ""
        var isEscaped = false
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            index = text.index(after: index)
            if isEscaped {
                value.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                return (value, text[index...])
            } else {
                value.append(character)
            }
        }
        return nil
    }
}
