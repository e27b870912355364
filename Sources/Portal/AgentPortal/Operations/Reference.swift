import AgentPortalContract
import ContractRuntime
import Foundation

/// The reference of all contracts, which `contractgen docs` writes; read anew at each request, so that it may be written
/// while the portal runs.
struct ContractReference: Sendable {
    private let folder: URL?

    init(folder: String?) { self.folder = folder.map { URL(fileURLWithPath: $0, isDirectory: true) } }

    /// The text of a file.
    /// - Parameter name: Of a form that leads to no other folder; the contract sees to it.
    /// - Throws: ``PortalRefusal`` if there is none.
    func text(_ name: String) throws -> String {
        guard let folder, let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        else {
            throw name == "index.html" ? PortalRefusal.noReference : PortalRefusal.notFound("page of the reference")
        }
        return text
    }
}

extension AgentPortal {
    /// Goes to the first page.
    public func getReferenceHome(
        _ input: GetReferenceHome.Input, _ context: RequestContext
    ) async throws -> GetReferenceHome.Output {
        .seeOther(location: "/reference/index.html")
    }

    /// A page.
    public func getReferencePage(
        _ input: GetReferencePage.Input, _ context: RequestContext
    ) async throws -> GetReferencePage.Output {
        .ok(try reference.text(input.page))
    }

    /// The style sheet.
    public func getReferenceStyle(
        _ input: GetReferenceStyle.Input, _ context: RequestContext
    ) async throws -> GetReferenceStyle.Output {
        .ok(try reference.text("style.css"))
    }

    /// The script.
    public func getReferenceScript(
        _ input: GetReferenceScript.Input, _ context: RequestContext
    ) async throws -> GetReferenceScript.Output {
        .ok(try reference.text("reference.js"))
    }
}

extension PortalRefusal {
    static let noReference = PortalRefusal(
        status: 404, title: "The reference is not there",
        cause: "Nothing has been written to the folder that PORTAL_REFERENCE_DIR names.",
        remedy: "Run `make docs`, and set PORTAL_REFERENCE_DIR to the folder that it names.")
}
