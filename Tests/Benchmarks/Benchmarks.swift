import ArgumentParser

/// Measures what the README's table says; `make bench` runs it in a release build.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks", abstract: "Measure codec and relay; print rows of a Markdown table.",
        subcommands: [CodecCommand.self, RelayCommand.self])
}

/// One figure of the table.
struct Figure {
    /// What was measured, under which conditions.
    var what: String
    /// The figure with its unit.
    var measured: String
    /// What DESIGN.md asks for; empty where it asks for nothing.
    var target = ""

    var row: String { "| \(what) | \(measured) | \(target) |" }
}
