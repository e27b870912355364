/// Rows with aligned columns for a terminal.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []
    /// Longest text of a cell; more is cut.
    private let maximumWidth: Int

    init(_ header: [String], maximumWidth: Int = 44) {
        self.header = header
        self.maximumWidth = maximumWidth
    }

    /// Adds a row with a cell a column. What a terminal would obey is replaced.
    mutating func add(_ row: [String]) {
        rows.append(
            row.map(\.forTerminal).map { $0.count > maximumWidth ? $0.prefix(maximumWidth - 1) + "…" : $0 })
    }

    var isEmpty: Bool { rows.isEmpty }

    /// The lines, indented by two.
    var lines: [String] {
        let all = header.isEmpty ? rows : [header] + rows
        let columns = all.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return "  " + cells.joined(separator: "  ")
        }
    }
}
