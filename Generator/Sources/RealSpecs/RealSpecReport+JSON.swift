public import ContractJSON

extension RealSpecReport {
    /// The report for programs.
    public var json: JSONValue {
        [
            "document": .string(document), "format": .string(format), "outcome": .string(outcome.rawValue),
            "sourceLines": .number(JSONNumber(sourceLines)), "warnings": .array(warnings.map { .string($0) }),
            "operations": .number(JSONNumber(operations)), "files": .number(JSONNumber(files)),
            "lines": .number(JSONNumber(lines)),
            "generationSeconds": .number(JSONNumber(generationSeconds) ?? JSONNumber(0)),
            "valueSeconds": .number(JSONNumber(valueSeconds) ?? JSONNumber(0)),
            "compileSeconds": compileSeconds.flatMap { JSONNumber($0) }.map(JSONValue.number) ?? .null,
            "roundTrips": .number(JSONNumber(roundTrips)), "refusals": .number(JSONNumber(refusals)),
            "withoutInstance": .array(withoutInstance.map { .string($0) }),
            "reasons": .array(reasons.map { .string($0) }),
        ]
    }
}
