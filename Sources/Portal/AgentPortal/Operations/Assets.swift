import AgentPortalContract
import ContractRuntime

extension AgentPortal {
    /// A year; the address changes with the content.
    private static let keptForEver = "public, max-age=31536000, immutable"

    /// A style sheet.
    public func getStyle(_ input: GetStyle.Input, _ context: RequestContext) async throws -> GetStyle.Output {
        .ok(try asset(.styles, input.file), cacheControl: Self.keptForEver)
    }

    /// A script.
    public func getScript(_ input: GetScript.Input, _ context: RequestContext) async throws -> GetScript.Output {
        .ok(try asset(.scripts, input.file), cacheControl: Self.keptForEver)
    }

    /// A picture.
    public func getImage(_ input: GetImage.Input, _ context: RequestContext) async throws -> GetImage.Output {
        .ok(.bytes(Array(try asset(.images, input.file).utf8)), cacheControl: Self.keptForEver)
    }

    /// The mark, under the name that browsers try where a page names no icon; kept for a day, since that name never changes.
    public func getIcon(_ input: GetIcon.Input, _ context: RequestContext) async throws -> GetIcon.Output {
        .ok(.bytes(Array(try asset(.images, "mark.svg").utf8)), cacheControl: "public, max-age=86400")
    }

    /// A page that was made by an earlier version gets what there is now.
    private func asset(_ kind: AssetCatalog.Kind, _ name: String) throws -> String {
        guard let text = pages.assets.text(kind, name) else { throw PortalRefusal.notFound("file") }
        return text
    }
}
