import ContractJSON
import ContractRuntime
import Foundation
import HTTPTransport
import SharedContract
import SimulatorContract
import StateManagerContract
import Testing

extension EndToEndTests {
    @Test(
        "files of customers arrive as what they are, byte for byte, with their captions in order",
        .timeLimit(.minutes(5)))
    func filesOfCustomers() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(60)
            let customer = "15550150001"
            let sent = [SampleFile.picture, .voice, .sticker, .document]
            for file in sent { try await world.customerSends(file, from: customer, to: line) }
            try await world.customerWrites("That was all", from: customer, to: line)
            let arrived = try await world.arrived(5, at: .genesys, line)
            #expect(arrived.map(\.text) == ["A picture", nil, nil, "A document", "That was all"])
            let attachments = arrived.prefix(4).map { $0.body.value.value(at: "/content/0/attachment") }
            #expect(attachments.map { $0?["mediaType"]?.string } == ["Image", "Audio", "Image", "File"])
            #expect(attachments.map { $0?["mime"]?.string } == sent.map(\.essence))
            let fetched = try await world.files(at: .genesys, line, .fetched)
            #expect(fetched.map(\.sha256) == sent.map(\.sha256))
            #expect(fetched.allSatisfy { $0.problem == nil })
            #expect(try await world.losses(of: [line]) == [])
            let id = try #require(arrived[0].sourceMessageId)
            guard case .ok(let story) = try await world.state.getMessage(.init(id: id, tenantId: line.tenantID)) else {
                throw Unexpected("getMessage")
            }
            #expect(story.tracking.mediaType == .image)
            #expect(story.tracking.mediaUrl?.hasPrefix("s3://media-inbound/\(line.tenantID)/") == true)
        }
    }

    @Test(
        "files of agents arrive in the form that WhatsApp takes, and what can't go is told with the reason",
        .timeLimit(.minutes(5)))
    func filesOfAgents() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(61)
            let customer = "15550151001"
            try await world.greet(line, [customer])
            for file in [SampleFile.picture, .voice, .sticker, .document] {
                try await world.agentSends(file, saying: "For you", to: customer, of: line)
            }
            // A sticker and a voice note have no caption, so that the words go before them.
            let arrived = try await world.arrived(6, at: .meta, line)
            #expect(
                arrived.map { $0.body["type"]?.string } == ["image", "text", "audio", "text", "sticker", "document"])
            #expect(arrived[0].body.value.value(at: "/image/caption")?.string == "For you")
            #expect(arrived[2].body.value.value(at: "/audio/voice")?.bool == true)
            #expect(arrived[5].body.value.value(at: "/document/filename")?.string == "document.pdf")
            let uploaded = try await world.files(at: .meta, line, .uploaded)
            #expect(uploaded.map(\.sha256) == [SampleFile.picture, .voice, .sticker, .document].map(\.sha256))
            #expect(uploaded.map(\.mime)[1] == "audio/ogg; codecs=opus")

            let id = try await world.agentSends(.animation, saying: nil, to: customer, of: line)
            let failed: ReceivedMessage? = try await within(.seconds(180)) {
                try await world.received(.genesys, [line], kind: .receipt).first { $0.text == "Failed" }
            }
            let receipt = try #require(failed)
            #expect(receipt.platformMessageId == id)
            let reason = receipt.body["reasons"]?.array?.first
            #expect(reason?["code"]?.string == "MediaTypeNotAllowed")
            #expect(reason?["message"]?.string == "WhatsApp takes no image/gif")

            let program = try await world.agentSends(.program, saying: nil, to: customer, of: line)
            let refused: ReceivedMessage? = try await within(.seconds(180)) {
                try await world.received(.genesys, [line], kind: .receipt).first { $0.platformMessageId == program }
            }
            let why = refused?.body["reasons"]?.array?.first?["message"]?.string
            #expect(refused?.text == "Failed")
            #expect(why == "WhatsApp takes no application/vnd.microsoft.portable-executable")
            #expect(try await world.received(.meta, [line]).count == 6)

            // The words arrive and the file does not: the agent is told, and the story of the message has both.
            let both = try await world.agentSends(.program, saying: "With words", to: customer, of: line)
            #expect(try await world.arrived(7, at: .meta, line).last?.text == "With words")
            let told: ReceivedMessage? = try await within(.seconds(180)) {
                try await world.received(.genesys, [line], kind: .receipt).first {
                    $0.platformMessageId == both && $0.text == "Failed"
                }
            }
            #expect(told != nil)
            let causes: [String?]? = try await within(.seconds(60)) {
                guard case .ok(let story) = try await world.state.getMessage(.init(id: both)) else {
                    throw Unexpected("getMessage")
                }
                return story.parts.contains { $0.lastFailure != nil } ? story.parts.map(\.lastFailure?.code) : nil
            }
            #expect(causes == ["media-type"])
        }
    }

    @Test(
        "a picture that Meta has not goes on as a notice; replayed, the file alone follows, once",
        .timeLimit(.minutes(5)))
    func fileThatFollows() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(62)
            let customer = "15550152001"
            try await world.inject(.status(StatusFault(operation: "getNode", status: 400, code: "100")), at: .meta)
            try await world.customerSends(.picture, from: customer, to: line)
            let notice = try #require(try await world.arrived(1, at: .genesys, line).first)
            #expect(notice.text?.hasPrefix("[Image] A picture\n[The file could not be fetched: ") == true)
            let letter: DeadLetterRecord? = try await within(.seconds(180)) {
                guard
                    case .ok(let page) = try await world.state.listDeadLetters(
                        .init(tenantId: line.tenantID, limit: 10))
                else { throw Unexpected("listDeadLetters") }
                return page.items.first
            }
            let id = try #require(letter?.id)
            for _ in 0..<2 { _ = try await world.state.replayDeadLetter(.init(deadLetterId: id)) }
            let arrived = try await world.arrived(2, at: .genesys, line)
            #expect(arrived.last?.text?.hasSuffix("that was missing]") == true)
            #expect(try await world.files(at: .genesys, line, .fetched).map(\.sha256) == [SampleFile.picture.sha256])
            try await world.customerWrites("Still there?", from: customer, to: line)
            #expect(try await world.arrived(3, at: .genesys, line).last?.text == "Still there?")
        }
    }

    @Test(
        "a document of 100 MB goes both ways, byte for byte, with little memory in every process",
        .timeLimit(.minutes(10)))
    func hugeDocument() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(63)
            let customer = "15550153001"
            try await world.greet(line, [customer])
            let file = SampleFile.huge
            try await world.installation.forgetPeaks()
            let before = try await world.installation.memoryBytes(peak: false)

            try await world.customerSends(file, from: customer, to: line)
            // More than Genesys takes: the agent gets a link.
            let text = try #require(try await world.arrived(2, at: .genesys, line).last?.text)
            #expect(text.hasPrefix("A document\n[Document document.pdf, 100 MB] http"))
            let link = try #require(text.split(separator: " ").last.map(String.init))
            #expect(try await world.digest(of: link) == file.sha256)

            try await world.agentSends(file, saying: "The plans", to: customer, of: line)
            let uploaded: SimulatedFile? = try await within(.seconds(120)) {
                try await world.files(at: .meta, line, .uploaded).first
            }
            #expect(uploaded?.sha256 == file.sha256)
            for (name, peak) in try await world.installation.memoryBytes(peak: true) {
                let grown = peak - (before[name] ?? 0)
                print("memory for 100 MB: \(name) \(grown >> 20) MB")
                #expect(grown <= 32 << 20, "\(name) grew by \(grown >> 20) MB")
            }
        }
    }
}
