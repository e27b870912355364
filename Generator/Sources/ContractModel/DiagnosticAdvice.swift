/// Why and what to do for kinds of mistakes, where the place that found one has nothing closer to say.
///
/// Every diagnostic says both; a place that knows the cause or the cure better gives its own.
enum DiagnosticAdvice {
    private struct Rule {
        var phrases: [String]
        var reason: String
        var remedy: String
    }

    /// The first rule with a phrase of the message holds.
    private static let rules = [
        Rule(
            phrases: ["it has to be", "A schema is a mapping or a truth value"],
            reason: "The specification gives the value this one form.",
            remedy: "Write it in that form, or remove the key."),
        Rule(
            phrases: ["has no description", "has no summary"],
            reason: "It becomes documentation of the generated code and of the reference.",
            remedy: "Say in a sentence what it is for."),
        Rule(
            phrases: [" twice", "Two entries", "has this name already"], reason: "Only one of the two could count.",
            remedy: "Remove or rename one of them."),
        Rule(
            phrases: ["is no regular expression"], reason: "Patterns are expressions of ECMA-262 with Unicode.",
            remedy: "Correct the pattern and try it with a text that has to match."),
        Rule(
            phrases: ["has no maxLength", "has no maxItems"], reason: "Everything of ours has a limit.",
            remedy: "Write the largest size that makes sense."),
        Rule(
            phrases: ["CamelCase"], reason: "Generated code is called like it.", remedy: "Rename it."),
        Rule(
            phrases: [
                " and maxLength is ", " and maxItems is ", " and maxProperties is ", " and maxContains is ",
                " and maximum is ",
            ],
            reason: "No value satisfies both.", remedy: "Exchange the two, or correct one."),
        Rule(
            phrases: ["is no field of"], reason: "The specification has a closed list of them.",
            remedy: "Remove it or use one of the list; extensions start with x-."),
        Rule(
            phrases: ["broken percent escape"], reason: "A fragment is percent-encoded (RFC 3986).",
            remedy: "Write a percent sign as %25, and others with two hexadecimal digits behind it."),
        Rule(
            phrases: ["is no key of", "is no style", "is no type", "is no kind", "is no part", "is no attitude"],
            reason: "There is a closed list of them.", remedy: "Use one of the list."),
        Rule(
            phrases: ["is no place", "is no status", "is no name", "is carried in", "is no media type"],
            reason: "The specification has a closed list or form for it.",
            remedy: "Use one that the specification knows."),
        Rule(
            phrases: ["no file"], reason: "Paths start at the project's folder.",
            remedy: "Correct the path, or add the file."),
        Rule(
            phrases: ["leads in a circle"], reason: "Whoever follows it never arrives.",
            remedy: "Let one of the references end in a value."),
        Rule(
            phrases: ["Not JSON", "Not YAML", "Not readable"], reason: "Documents are JSON (RFC 8259) or YAML 1.2.",
            remedy: "Correct the text at this place."),
        Rule(
            phrases: ["has more than", "nested deeper"], reason: "A limit keeps a mistake from taking all memory.",
            remedy: "Split the document."),
        Rule(
            phrases: ["has no ", "names no ", "needs either", "has neither", "is not described"],
            reason: "Something here refers to it or requires it.", remedy: "Add it, or remove what needs it."),
    ]

    private static let general = Rule(
        phrases: [], reason: "The specification of the document does not allow it.",
        remedy: "Write it as the specification says.")

    /// Reason and remedy for a message that has none of its own.
    static func advice(for message: String) -> (reason: String, remedy: String) {
        let rule = rules.first { rule in rule.phrases.contains { message.contains($0) } } ?? general
        return (rule.reason, rule.remedy)
    }
}
