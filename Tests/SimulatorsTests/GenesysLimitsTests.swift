import ContractRuntime
import GenesysOpenMessagingContract
import GenesysPlatformContract
import SimulatorContract
import Simulators
import Testing

@Suite("Genesys simulator: permissions and profiles")
struct GenesysLimitsTests {
    @Test("a call that the client's roles do not allow is refused with 403 and names the permission")
    func asksForPermissions() async throws {
        let world = GenesysWorld()
        try await world.setUp(permissions: ["messaging:integration:view"])
        let credentials = try await world.credentials()
        guard
            case .ok = try await world.platform.getOpenIntegration(
                GetOpenIntegration.Input(integrationId: GenesysWorld.integration), credentials: credentials),
            case .forbidden(let error, _) = try await world.send(credentials)
        else {
            Issue.record("not judged by permission")
            return
        }
        #expect(error.code == .value(.missingPermissions))
        #expect(error.message.value?.hasSuffix("conversation:message:receive") == true)
        try await world.setUp(permissions: ["messaging:integration:view", "conversation:message:receive"])
        guard case .ok = try await world.send(credentials) else {
            Issue.record("refused with the permission")
            return
        }
    }

    @Test("an attachment that the profile of the integration does not let in is dropped from its message")
    func dropsAttachments() async throws {
        let world = GenesysWorld()
        try await world.setUp(inboundMediaTypes: ["image/*"])
        let credentials = try await world.credentials()
        world.receiver.serve([1, 2, 3], mime: "image/png", at: "/a.png")
        world.receiver.serve([1, 2, 3], mime: "application/pdf", at: "/a.pdf")
        for (mime, url, arrives) in [
            ("image/png", "http://files.test/a.png", true), ("application/pdf", "http://files.test/a.pdf", false),
        ] {
            let attachment = OpenContentAttachment(mediaType: .file, url: url, mime: mime)
            guard case .ok(let answer) = try await world.send(credentials, attachment: attachment) else {
                Issue.record("refused")
                return
            }
            #expect((answer.content.value ?? []).count == (arrives ? 1 : 0), "\(mime)")
        }
        guard case .ok(let files) = try await world.control.listFiles(ListFiles.Input()) else {
            Issue.record("no list")
            return
        }
        #expect(files.items.map(\.mime) == ["image/png"])
    }

    @Test("the integration names its profile, and the profile what it lets in")
    func describesProfiles() async throws {
        let world = GenesysWorld()
        try await world.setUp(inboundMediaTypes: ["image/*", "audio/mpeg"])
        let credentials = try await world.credentials()
        guard
            case .ok(let integration) = try await world.platform.getOpenIntegration(
                GetOpenIntegration.Input(integrationId: GenesysWorld.integration), credentials: credentials),
            let id = integration.supportedContent?.id,
            case .ok(let profile) = try await world.platform.getSupportedContent(
                GetSupportedContent.Input(supportedContentId: id), credentials: credentials),
            case .ok(let standard) = try await world.platform.getDefaultSupportedContent(
                GetDefaultSupportedContent.Input(), credentials: credentials)
        else {
            Issue.record("no profile")
            return
        }
        #expect(profile.mediaTypes?.allow?.inbound.value?.map(\.type) == [.value("image/*"), .value("audio/mpeg")])
        #expect(standard.mediaTypes?.allow?.inbound.value?.map(\.type) == [.value("*/*")])
    }
}
