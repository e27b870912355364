/// Builds `Content-Disposition` values (RFC 6266) from names that people or other systems chose.
public enum ContentDisposition {
    /// The file is offered for saving.
    public static func attachment(fileName: String) -> String { "attachment" + parameters(fileName) }

    /// The file may be shown in place.
    public static func inline(fileName: String) -> String { "inline" + parameters(fileName) }

    /// An ASCII name for old readers and, where that loses something, the real one (RFC 8187). Path separators and control
    /// characters never reach a reader's file system.
    private static func parameters(_ fileName: String) -> String {
        let scalars = fileName.unicodeScalars.filter { scalar in
            scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) && scalar != "/" && scalar != "\\"
                && scalar.properties.generalCategory != .format
        }
        var name = String(String.UnicodeScalarView(scalars.prefix(255)))
        if name.isEmpty || name.allSatisfy({ $0 == "." }) { name = "file" }
        let plain = String(name.map { $0.isASCII && $0 != "\"" && $0 != "%" ? $0 : "_" })
        let extended = plain == name ? "" : "; filename*=UTF-8''\(PercentEncoding.encode(name))"
        return "; filename=\"\(plain)\"\(extended)"
    }
}
