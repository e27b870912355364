/// What is personal, by the names of members and the looks of values.
enum PersonalData {
    enum Kind { case name, text, mail, network, address, other }

    static let names = [
        "Alex Berg", "Sam Fischer", "Robin Maier", "Kim Lang", "Toni Winter", "Chris Sommer", "Jona Wolf", "Lou Keller",
        "Mika Stein", "Noa Brandt", "Ari Vogel", "Sascha Huber", "Luca Roth", "Eli Busch", "Sky Kraus", "Finn Ott",
    ]

    static let words = [
        "river", "window", "garden", "paper", "stone", "morning", "bridge", "yellow", "quiet", "market", "forest",
        "table",
        "music", "harbour", "silver", "winter", "letter", "station", "orange", "valley",
    ]

    /// Hosts whose addresses say which platform made them.
    static let platformHosts = [
        "facebook.com", "fbsbx.com", "whatsapp.net", "fbcdn.net", "mypurecloud.com", "mypurecloud.de", "pure.cloud",
        "usw2.pure.cloud", "genesys.cloud", "w3.org", "json-schema.org",
    ]

    private static let nameMembers = [
        "name", "firstname", "lastname", "middlename", "formattedname", "nickname", "verifiedname", "displayname",
        "username",
        "contactname", "profilename", "company", "department", "suffix", "prefix",
    ]

    private static let textMembers = [
        "text", "body", "caption", "description", "title", "message", "comment", "note", "footer", "header", "street",
        "address", "city", "zip", "subject", "reason", "details", "userdata", "errortext", "content",
    ]

    private static func plain(_ name: String) -> String { name.lowercased().filter { $0.isLetter } }

    /// Whether a member of this name holds something about a person, whatever it says.
    static func isPersonal(_ name: String) -> Bool {
        nameMembers.contains(plain(name)) || textMembers.contains(plain(name)) && plain(name) != "title"
    }

    /// Whether a member of this name says where somebody is.
    static func isCoordinate(_ name: String) -> Bool {
        ["latitude", "longitude", "lat", "lng", "lon"].contains(plain(name))
    }

    /// Whether a member of this name is a day that people keep to themselves.
    static func isBirthday(_ name: String) -> Bool {
        ["birthday", "birthdate", "dateofbirth", "dob"].contains(plain(name))
    }

    static func kind(of name: String, _ text: String) -> Kind {
        if text.hasPrefix("https://") || text.hasPrefix("http://") || text.hasPrefix("s3://") { return .address }
        if text.contains("@"), !text.contains(" "), text.split(separator: "@").count == 2 { return .mail }
        if isNetworkAddress(text) { return .network }
        // `order_update` is the name of a thing and keeps its form.
        let isIdentifier = text.contains("_") && text == text.lowercased() && !text.contains(" ")
        if nameMembers.contains(plain(name)), text.contains(where: \.isLetter) { return isIdentifier ? .other : .name }
        if textMembers.contains(plain(name)) || text.contains(" ") { return .text }
        return .other
    }

    private static func isNetworkAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether a text is a time, a media type or a language: of no person, and with a form that must hold.
    static func isTechnical(_ text: String) -> Bool {
        isTimestamp(text) || isMediaType(text) || isLanguage(text)
    }

    private static func isTimestamp(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return false }
        let isDay = [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy { (48...57).contains(bytes[$0]) }
        return isDay && (bytes.count == 10 || bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "))
    }

    private static func isMediaType(_ text: String) -> Bool {
        let groups = ["application/", "audio/", "image/", "text/", "video/", "multipart/"]
        return groups.contains { text.hasPrefix($0) } && text.count < 100 && !text.dropFirst(12).contains("://")
    }

    private static func isLanguage(_ text: String) -> Bool {
        let parts = text.split(whereSeparator: { $0 == "-" || $0 == "_" })
        guard let first = parts.first, parts.count <= 2, (2...3).contains(first.count), first.allSatisfy(\.isLowercase)
        else {
            return false
        }
        return parts.count == 2 && (2...3).contains(parts[1].count) && parts[1].allSatisfy(\.isUppercase)
    }
}
