import ContractJSON
import SharedContract

@testable import InboundTransformer

/// What the code of the fidelity table makes of a recorded message of a customer.
struct ExpectedAtGenesys: Equatable {
    /// One a part.
    var texts: [String?]
    /// Genesys' word for the kind of its file.
    var mediaType: String?
    var customAttributes: [String: String]

    /// - Parameters:
    ///   - message: An element of `messages`, as recorded.
    ///   - file: What its file is in the test, if it has one.
    init(_ message: JSONObject, file: SampleFile?) {
        let kind = MediaType(rawValue: message["type"]?.string == "voice" ? "audio" : message["type"]?.string ?? "")
        let stored = file.flatMap { file in kind.map { file.stored(as: $0, filename: nil) } }
        let transformed = Transformed(ReadMessage(message), file: stored.map { .stored($0) } ?? .none)
        texts = transformed.texts
        if stored != nil { texts[0] = transformed.textBesideFile }
        mediaType = stored.map { media in
            switch media.mediaType {
            case .image, .sticker: "Image"
            case .video: "Video"
            case .audio: "Audio"
            case .document: "File"
            }
        }
        customAttributes = transformed.customAttributes
    }

    /// - Parameter parts: The requests that Genesys got for it, in order.
    init(received parts: [JSONObject]) {
        texts = parts.map { $0["text"]?.string }
        let first = parts.first?.value
        mediaType = first?.value(at: "/content/0/attachment/mediaType")?.string
        let attributes = first?.value(at: "/channel/metadata/customAttributes")?.object?.members ?? []
        customAttributes = Dictionary(attributes.map { ($0.name, $0.value.string ?? "") }) { $1 }
    }
}

/// What the agent is told of a status.
enum ExpectedReceipt {
    /// Genesys' code for the reason of a failed status, by the relay's one table.
    static func code(of status: JSONObject) -> String { StatusFailure(update: status).reason.code.rawValue }
}
