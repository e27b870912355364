import ContractJSON
import ContractRuntime
import SharedContract
import SimulatorContract
import Simulators
import Testing
import WhatsAppGraphContract

@Suite("Meta simulator: media")
struct MetaMediaTests {
    @Test("media can be uploaded, looked up, downloaded and deleted, with the token only")
    func handlesMedia() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let id = try #require(try await world.upload(Array("bytes\r\nhere".utf8), mime: "text/plain"))
        guard case .ok(.media(let media)) = try await world.graph.getNode(GetNode.Input(version: "v23.0", nodeId: id))
        else {
            Issue.record("not found")
            return
        }
        #expect(media.fileSize == .integer(JSONNumber(11)))
        #expect(media.sha256?.count == 64)
        let path = try #require(try await world.address(of: id))
        #expect(await world.download(path, token: nil).status == 401)
        #expect(await world.download(path, userAgent: nil).status == 401)
        guard case .bytes(let bytes) = await world.download(path).body else {
            Issue.record("no bytes")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self) == "bytes\r\nhere")
        _ = try await world.graph.deleteMedia(DeleteMedia.Input(version: "v23.0", nodeId: id))
        #expect(await world.download(path).status == 404)
    }

    @Test("the address of a medium lives for five minutes and can't be made up; a new look-up gives another")
    func addressesExpire() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let id = try #require(try await world.upload([1, 2, 3], mime: "image/png"))
        let path = try #require(try await world.address(of: id))
        let bare = String(path.prefix { $0 != "?" })
        #expect(await world.download(bare).status == 404)
        #expect(await world.download(bare + "?ext=9999999999999&hash=00").status == 404)
        world.clock.advance(.seconds(299))
        #expect(await world.download(path).status == 200)
        world.clock.advance(.seconds(1))
        #expect(await world.download(path).status == 404)
        let fresh = try #require(try await world.address(of: id))
        #expect(await world.download(fresh).status == 200)
    }

    @Test("ids of uploads live for 30 days, those of customers' files for 7")
    func idsExpire() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let uploaded = try #require(try await world.upload([1, 2, 3], mime: "image/png"))
        guard
            case .created(let received) = try await world.control.putFile(
                PutFile.Input(account: MetaWorld.number, mime: "image/png", body: .bytes([4, 5])))
        else {
            Issue.record("not put")
            return
        }
        world.clock.advance(.seconds(7 * 86_400 - 1))
        #expect(try await world.address(of: received.id) != nil)
        world.clock.advance(.seconds(1))
        #expect(try await world.address(of: received.id) == nil)
        #expect(try await world.address(of: uploaded) != nil)
        world.clock.advance(.seconds(23 * 86_400))
        #expect(try await world.address(of: uploaded) == nil)
        let late = await world.post(Self.message(#""image":{"id":"\#(uploaded)"}"#, type: "image"))
        #expect(late.status == 400)
    }

    @Test("a sticker that does not move may have 100 KB, one that moves 500 KB")
    func judgesStickers() async throws {
        let world = MetaWorld()
        try await world.setUp()
        func send(_ bytes: [UInt8]) async throws -> Int {
            let id = try #require(try await world.upload(bytes, mime: "image/webp"))
            return await world.post(Self.message(#""sticker":{"id":"\#(id)"}"#, type: "sticker")).status
        }
        #expect(try await send(Self.webP(animated: false, size: 100 << 10)) == 200)
        #expect(try await send(Self.webP(animated: false, size: (100 << 10) + 1)) == 400)
        #expect(try await send(Self.webP(animated: true, size: 500 << 10)) == 200)
    }

    @Test("a medium named by its address is fetched; what can't be fetched or shown fails with 131053")
    func fetchesLinks() async throws {
        let world = MetaWorld()
        world.receiver.serve([1, 2, 3], mime: "image/jpeg", at: "/a.jpg")
        world.receiver.serve([1, 2, 3], mime: "text/html", at: "/page")
        world.receiver.answerNext([200, 200, 404, 200, 200, 200, 200])
        try await world.run { world in
            try await world.setUp(statuses: [.sent])
            _ = try await world.write()
            _ = await world.receiver.webhooks(atLeast: 1)
            for (link, expected) in [("a.jpg", "sent"), ("missing", "failed"), ("page", "failed")] {
                let count = world.receiver.webhooks.count
                let answer = await world.post(
                    Self.message(#""image":{"link":"http://files.test/\#(link)"}"#, type: "image"))
                #expect(answer.status == 200)
                let posted = try #require(
                    await world.receiver.webhooks(atLeast: count + (link == "missing" ? 2 : 1)).last)
                let status = try JSONValue(parsing: posted.body).value(at: "/entry/0/changes/0/value/statuses/0")
                #expect(status?["status"]?.string == expected, "\(link)")
                let code = status?.value(at: "/errors/0/code")?.int
                #expect(code == (expected == "failed" ? 131053 : nil), "\(link)")
            }
        }
        guard case .ok(let files) = try await world.control.listFiles(ListFiles.Input()) else {
            Issue.record("no list")
            return
        }
        #expect(files.items.filter { $0.origin == .fetched }.map(\.sizeBytes) == [3, 3])
    }

    private static func message(_ member: String, type: String) -> String {
        #"{"messaging_product":"whatsapp","to":"\#(MetaWorld.customer)","type":"\#(type)",\#(member)}"#
    }

    /// The head of an extended WebP file, filled up.
    private static func webP(animated: Bool, size: Int) -> [UInt8] {
        let head = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, animated ? 2 : 0]
        return head + [UInt8](repeating: 0, count: size - head.count)
    }
}
