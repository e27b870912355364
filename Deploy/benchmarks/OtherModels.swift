import Foundation
import WebhookModels

/// The models of openapi-generator, which are named like ours.
struct OtherModels {
    private let value: WebhookModels.MessagesValue

    init(decoding data: Data) throws { value = try JSONDecoder().decode(WebhookModels.MessagesValue.self, from: data) }

    func encoded() throws -> Data { try JSONEncoder().encode(value) }
}
