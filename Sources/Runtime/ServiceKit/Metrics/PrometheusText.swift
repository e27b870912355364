/// Text exposition format 0.0.4 (Prometheus documentation, "Exposition formats", 2026).
enum PrometheusText {
    static func text(_ families: [MetricRegistry.Family]) -> String {
        var text = ""
        for family in families {
            let definition = family.definition
            text += "# HELP \(definition.name) \(escapeHelp(definition.help))\n"
            text += "# TYPE \(definition.name) \(definition.kind.rawValue)\n"
            for (values, cell) in family.cells.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                let labels = zip(definition.labels, values).map { "\($0)=\"\(escape($1))\"" }
                text +=
                    definition.kind == .histogram
                    ? histogram(definition.name, labels, cell)
                    : "\(definition.name)\(braces(labels)) \(number(cell.value))\n"
            }
        }
        return text
    }

    private static func histogram(_ name: String, _ labels: [String], _ cell: MetricRegistry.Cell) -> String {
        var text = ""
        var count: UInt64 = 0
        for (index, counted) in cell.counts.enumerated() {
            count += counted
            let bound = index < MetricRegistry.buckets.count ? number(MetricRegistry.buckets[index]) : "+Inf"
            text += "\(name)_bucket\(braces(labels + ["le=\"\(bound)\""])) \(count)\n"
        }
        return text + "\(name)_sum\(braces(labels)) \(number(cell.value))\n\(name)_count\(braces(labels)) \(count)\n"
    }

    private static func braces(_ labels: [String]) -> String {
        labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { String($0) } ?? value.description
    }

    private static func escape(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func escapeHelp(_ value: String) -> String {
        value.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }
}
