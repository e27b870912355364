public import ContractModel
import ContractRuntime

/// Finds the operation that a method and a path mean; fixed text wins over parameters.
public struct OperationMatcher: Sendable {
    /// A template in pieces.
    private enum Piece: Sendable {
        case text([UInt8])
        case parameter(String)
    }

    private struct Candidate: Sendable {
        var operation: APIOperation
        var pieces: [Piece]
        var fixedBytes: Int
    }

    private let candidates: [Candidate]

    /// - Parameter operations: Operations under `paths`.
    public init(_ operations: [APIOperation]) {
        candidates = operations.map { operation in
            let pieces = Self.pieces(operation.path)
            let fixed = pieces.reduce(0) { sum, piece in
                if case .text(let bytes) = piece { sum + bytes.count } else { sum }
            }
            return Candidate(operation: operation, pieces: pieces, fixedBytes: fixed)
        }.enumerated().sorted { ($1.element.fixedBytes, $0.offset) < ($0.element.fixedBytes, $1.offset) }.map(\.element)
    }

    /// What a method and a path lead to.
    public enum Match: Sendable {
        /// An operation and the raw text of its path parameters, percent-encoded as it came.
        case operation(APIOperation, parameters: [String: String])
        /// The path exists with these methods, in upper case.
        case otherMethods([String])
        /// No such path.
        case none
    }

    /// - Parameters:
    ///   - method: In any case.
    ///   - path: Percent-encoded path without query.
    public func match(method: String, path: some StringProtocol) -> Match {
        let bytes = Array(path.utf8)
        var methods: [String] = []
        for candidate in candidates {
            var values: [String: String] = [:]
            guard Self.matches(candidate.pieces[...], bytes[...], &values) else { continue }
            if candidate.operation.method == method.lowercased() {
                return .operation(candidate.operation, parameters: values)
            }
            methods.append(candidate.operation.method.uppercased())
        }
        return methods.isEmpty ? .none : .otherMethods(methods.sorted())
    }

    private static func pieces(_ template: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { pieces.append(.text(Array(rest[..<open].utf8))) }
            pieces.append(.parameter(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(Array(rest.utf8))) }
        return pieces
    }

    private static func matches(
        _ pieces: ArraySlice<Piece>, _ bytes: ArraySlice<UInt8>, _ values: inout [String: String]
    ) -> Bool {
        guard let piece = pieces.first else { return bytes.isEmpty }
        switch piece {
        case .text(let text):
            guard bytes.starts(with: text) else { return false }
            return matches(pieces.dropFirst(), bytes.dropFirst(text.count), &values)
        case .parameter(let name):
            var end = bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
            // The longest value first; a value has at least one character.
            while end > bytes.startIndex {
                if matches(pieces.dropFirst(), bytes[end...], &values) {
                    values[name] = String(decoding: bytes[..<end], as: UTF8.self)
                    return true
                }
                end -= 1
            }
            return false
        }
    }
}
