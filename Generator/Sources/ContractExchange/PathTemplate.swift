/// Path templates such as `/tenants/{tenantId}`.
public enum PathTemplate {
    /// Names of the parameters in order.
    public static func names(_ path: String) -> [String] {
        path.split(separator: "{").dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { String(part[..<$0]) }
        }
    }

    /// The template without names, so that templates that match the same paths are equal.
    public static func shape(_ path: String) -> String {
        var shape = ""
        var isInside = false
        for character in path {
            if character == "{" { shape += "{}" }
            if character == "{" || character == "}" {
                isInside = character == "{"
            } else if !isInside {
                shape.append(character)
            }
        }
        return shape
    }
}
