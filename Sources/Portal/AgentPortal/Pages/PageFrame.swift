/// Parts of the portal, as the navigation lists them.
enum PortalSection: String, CaseIterable, Sendable {
    case operations, conversations, tenants
    case deadLetters = "dead-letters"
    case quarantine, people, audit

    var label: String {
        switch self {
        case .operations: "Operations"
        case .conversations: "Conversations"
        case .tenants: "Tenants"
        case .deadLetters: "Dead letters"
        case .quarantine: "Quarantine"
        case .people: "People"
        case .audit: "Audit log"
        }
    }

    /// The least role that sees it.
    var role: Role {
        switch self {
        case .operations, .conversations, .tenants, .deadLetters, .quarantine: .viewer
        case .people, .audit: .owner
        }
    }
}

/// What the layout shows around a page.
struct PageFrame<Content> {
    struct Link {
        let path: String
        let label: String
        let isCurrent: Bool
    }

    let title: String
    let content: Content
    let notice: PageNotice?
    let scripts: PageScripts
    /// Where assets are, without slash at the end.
    let assets: String
    let navigation: [Link]
    let personName: String?
    let personRole: String?
    let csrfToken: String?
    let mayOperate: Bool
    let mayOwn: Bool

    init(
        title: String, section: PortalSection?, content: Content, notice: PageNotice?, scripts: PageScripts,
        assets: String,
        visit: Visit?
    ) {
        self.title = title
        self.content = content
        self.notice = notice
        self.scripts = scripts
        self.assets = assets
        navigation = PortalSection.allCases.filter { candidate in
            visit.map { $0.person.role >= candidate.role } ?? false
        }
        .map { Link(path: "/\($0.rawValue)", label: $0.label, isCurrent: $0 == section) }
        personName = visit?.person.name
        personRole = visit?.person.role.rawValue
        csrfToken = visit?.csrfToken
        mayOperate = visit.map { $0.person.role >= .operator } ?? false
        mayOwn = visit.map { $0.person.role >= .owner } ?? false
    }
}

/// A message above the content of a page.
struct PageNotice: Sendable {
    /// Bootstrap's word for the colour: success, warning, danger, info.
    let kind: String
    let text: String

    static func success(_ text: String) -> PageNotice { PageNotice(kind: "success", text: text) }
    static func failure(_ text: String) -> PageNotice { PageNotice(kind: "danger", text: text) }
}

/// Scripts that a page needs beside those of every page.
struct PageScripts: Sendable {
    /// Classic scripts, by file name: `chart.min.js`.
    var libraries: [String] = []
    /// ES modules of the portal, by file name.
    var modules: [String] = []
}
