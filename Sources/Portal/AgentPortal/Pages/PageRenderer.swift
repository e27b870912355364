import ContractRuntime
import Foundation
import HTTPTypes
import Mustache

/// Makes pages of templates. A template says how a page looks; what stands in it was decided before.
struct PageRenderer: Sendable {
    private let library: MustacheLibrary
    let assets: AssetCatalog

    /// Reads and parses all templates.
    /// - Parameters:
    ///   - templates: Their folder.
    ///   - assets: What pages link to.
    init(templates: URL, assets: AssetCatalog) throws {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        var library = MustacheLibrary()
        for file in try FileManager.default.contentsOfDirectory(atPath: templates.path)
        where file.hasSuffix(".mustache") {
            let text = try String(contentsOf: templates.appendingPathComponent(file), encoding: .utf8)
            do {
                try library.register(
                    "{{% CONTENT_TYPE: \(HTMLText.name)}}" + text, named: String(file.dropLast(".mustache".count)))
            } catch {
                throw PortalStartError(reason: "the template \(file) is broken: \(error)")
            }
        }
        self.library = library
        self.assets = assets
    }

    /// A whole page for whoever is signed in.
    /// - Parameters:
    ///   - template: Name of the template; it fills the block `main` of `layout` and finds `content` as `content`.
    ///   - title: Title of the page, the first of the window's title.
    ///   - section: What is marked in the navigation.
    ///   - content: What the template shows.
    ///   - notice: A message to show once above the content.
    ///   - scripts: Modules and libraries beside those of every page.
    func page<Content>(
        _ template: String, title: String, section: PortalSection? = nil, _ content: Content,
        notice: PageNotice? = nil, scripts: PageScripts = PageScripts()
    ) throws -> String {
        let frame = PageFrame(
            title: title, section: section, content: content, notice: notice, scripts: scripts,
            assets: "/assets/\(assets.version)", visit: Visit.current)
        guard let text = library.render(frame, withTemplate: template) else {
            throw PortalStartError(reason: "there is no template \(template)")
        }
        return text
    }

    /// The page of a refusal.
    func response(_ refusal: PortalRefusal, traceID: String?) -> ContractResponse {
        struct Content {
            let cause: String
            let remedy: String
            let traceID: String?
        }
        let content = Content(
            cause: refusal.cause, remedy: refusal.remedy, traceID: refusal.status >= 500 ? traceID : nil)
        let text = (try? page("refusal", title: refusal.title, content)) ?? refusal.title
        var response = ContractResponse(
            status: refusal.status, headers: [.contentType: "text/html; charset=utf-8"], body: .bytes(Array(text.utf8)))
        if let retryAfter = refusal.retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }
}

/// Escapes by Unicode scalar, and marks what would act on the text around it instead of being seen: names of files and people
/// come from anybody. The library's own escaping goes by character and so misses a quote that a combining mark
/// follows, which would end an attribute.
struct HTMLText: MustacheContentType {
    static let name = "PAGE"

    func escapeText(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case _ where scalar.misleadsReaders: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// Whether it turns the direction of text, or is a control character other than white space. The marks for one place in a
    /// text of both directions (U+200E, U+200F, U+061C) are not among them: they move nothing else.
    fileprivate var misleadsReaders: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D: false
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: properties.generalCategory == .control
        }
    }
}
