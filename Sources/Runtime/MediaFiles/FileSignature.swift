/// What the first bytes of a file show it to be, whatever it was declared as.
public struct FileSignature: Sendable, Hashable {
    /// The media type, without parameters.
    public let mime: String
    /// Ogg that holds Opus, the only codec that WhatsApp plays in Ogg.
    public var isOpus = false
    /// An image that moves.
    public var isAnimated = false

    /// How many bytes of a file are enough to tell.
    public static let neededBytes = 512

    /// Reads the beginning of a file; nil for what has no signature known here, plain text and Office files among them.
    ///
    /// Signatures: the formats' own specifications, as gathered in WHATWG MIME Sniffing §6 and §7 (2025) for those it has.
    public init?(_ head: [UInt8]) {
        let head = head[...]
        if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            mime = "image/jpeg"
        } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            mime = "image/png"
        } else if head.has("GIF87a") || head.has("GIF89a") {
            mime = "image/gif"
        } else if head.has("RIFF"), head.has("WEBP", at: 8) {
            mime = "image/webp"
            // Extended format: the flags of the VP8X chunk, of which the second bit says animation (RFC 9649 §2.7).
            isAnimated = head.has("VP8X", at: 12) && head.count > 20 && head[20] & 0x02 != 0
        } else if head.has("RIFF"), head.has("WAVE", at: 8) {
            mime = "audio/wav"
        } else if head.has("OggS") {
            // The first packet begins behind a page header of 28 bytes where it has one segment (RFC 7845 §3).
            isOpus = head.has("OpusHead", at: 28)
            mime = head.has("theora", at: 29) ? "video/ogg" : "audio/ogg"
        } else if head.has("#!AMR") {
            mime = "audio/amr"
        } else if head.has("ID3") {
            mime = "audio/mpeg"
        } else if head.has("%PDF-") {
            mime = "application/pdf"
        } else if head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            mime = "video/webm"
        } else if head.has("ftyp", at: 4), head.count >= 12 {
            mime = Self.isoMedia(brand: String(decoding: head[8..<12], as: UTF8.self))
        } else if head.has("MZ"), head.prefix(64).contains(0) {
            // Programs of Windows and DOS; a text that begins so has no zero in it.
            mime = "application/vnd.microsoft.portable-executable"
        } else if head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
            mime = "application/x-executable"
        } else if head.count >= 2, head[0] == 0xFF, head[1] & 0xF6 == 0xF0 {
            // ADTS: twelve bits of synchronisation and a layer of 0 (ISO 13818-7).
            mime = "audio/aac"
        } else if head.count >= 2, head[0] == 0xFF, head[1] & 0xE6 == 0xE2 {
            // An MPEG audio frame of layer III (ISO 11172-3).
            mime = "audio/mpeg"
        } else {
            return nil
        }
    }

    /// ISO base media files (ISO 14496-12) by their major brand.
    private static func isoMedia(brand: String) -> String {
        switch brand {
        case _ where brand.hasPrefix("3gp"), _ where brand.hasPrefix("3g2"): "video/3gpp"
        case "M4A ", "M4B ", "M4P ": "audio/mp4"
        case "qt  ": "video/quicktime"
        case "heic", "heix", "mif1": "image/heic"
        default: "video/mp4"
        }
    }

    /// Types that no file is without its signature.
    private static let signed: Set<String> = ["image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp"]

    /// The media type of a file: what it shows itself to be, unless what was declared is a narrower word for the same
    /// container (an `audio/mp4` looks like a `video/mp4`). What was declared as a picture whose kind is always known by its
    /// first bytes, and is not, is bytes of which nobody knows what they are.
    /// - Parameters:
    ///   - declared: What the platform said; nil where it said nothing usable.
    ///   - head: The beginning of the file.
    public static func mime(declared: MIMEType?, head: [UInt8]) -> String {
        let word = declared.map(\.essence) ?? "application/octet-stream"
        let declaration = word == "audio/x-m4a" ? "audio/mp4" : word
        guard let signature = FileSignature(head) else {
            return signed.contains(declaration) ? "application/octet-stream" : declaration
        }
        let containers: [String: Set<String>] = [
            "video/mp4": ["audio/mp4", "video/3gpp", "audio/3gpp", "video/quicktime", "audio/x-m4a"],
            "video/3gpp": ["audio/3gpp", "audio/amr"],
            "audio/ogg": ["application/ogg", "audio/opus", "video/ogg"],
            "video/webm": ["audio/webm"],
        ]
        return containers[signature.mime]?.contains(declaration) == true ? declaration : signature.mime
    }
}

extension ArraySlice<UInt8> {
    /// Whether a text stands at an offset.
    fileprivate func has(_ text: StaticString, at offset: Int = 0) -> Bool {
        text.withUTF8Buffer { pattern in
            count >= offset + pattern.count && self[(startIndex + offset)...].starts(with: pattern)
        }
    }
}
