import ContractRuntime

/// Which addresses of an agent's message may be shown to a customer, who opens what is blue.
enum ShownAddress {
    /// The address of a file that the relay does not fetch, if a customer may open it: over TLS, and nothing else than it
    /// seems. A script, a file of the customer's own device, line ends, or a name before an `@` are none.
    static func ofFile(_ address: String?) -> String? { shown(address, schemes: ["https"]) }

    /// The address of a link, which people also write without TLS.
    static func ofLink(_ address: String?) -> String? { shown(address, schemes: ["https", "http"]) }

    private static func shown(_ address: String?, schemes: Set<String>) -> String? {
        guard let address, let colon = address.firstIndex(of: ":"), schemes.contains(address[..<colon].lowercased()),
            address[address.index(after: colon)...].hasPrefix("//"),
            // What is no printable character may turn the text around it, or end a line.
            address.unicodeScalars.allSatisfy(isShown)
        else { return nil }
        let rest = address[address.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { !["/", "?", "#", "\\"].contains($0) }
        return authority.isEmpty || authority.contains("@") ? nil : address
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .surrogate,
            .unassigned:
            false
        default: true
        }
    }
}
