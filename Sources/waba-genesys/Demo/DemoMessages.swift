import ContractJSON
import Foundation

/// The recorded webhooks that the demonstration replays. The platforms' simulators put the demo tenant and its customer in
/// the place of the recorded ones; every other byte goes out as it is in the file.
struct DemoRecordings: Sendable {
    /// A webhook body and the text in it.
    struct Recording: Sendable {
        let body: String
        let text: String

        /// - Parameter pointer: Where the text is.
        /// - Throws: ``DemoFailure`` if the file is none of a text message.
        init(path: String, textAt pointer: String) throws {
            let hop = "recording \(path)"
            guard let data = FileManager.default.contents(atPath: path), let body = String(data: data, encoding: .utf8)
            else { throw DemoFailure(hop: hop, reason: "there is no such file, or it is not UTF-8") }
            guard let text = (try? JSONValue(parsing: Array(data)))?.value(at: pointer)?.string else {
                throw DemoFailure(hop: hop, reason: "it holds no text at \(pointer)")
            }
            self.body = body
            self.text = text
        }
    }

    /// What Meta sends when a customer writes.
    let customerText: Recording
    /// What Genesys sends when an agent answers.
    let agentText: Recording

    /// Reads the two files.
    init(meta: String, genesys: String) throws {
        customerText = try Recording(path: meta, textAt: "/entry/0/changes/0/value/messages/0/text/body")
        agentText = try Recording(path: genesys, textAt: "/text")
    }
}
