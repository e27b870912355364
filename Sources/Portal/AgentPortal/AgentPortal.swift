import AgentPortalContract
import ContractRuntime
import Database
import Foundation
import Logging
import ServiceKit
import SharedContract
import TenantServiceContract

/// The portal: people sign in, connect tenants, and see and mend what happens to messages.
///
/// Pages are made by the server; small ES modules make them more comfortable. Data of the relay come through the generated
/// clients of the services; the portal's own tables are about its users only.
public struct AgentPortal: AgentPortalHandler {
    let store: PortalStore
    let passwords: PasswordHasher
    let pages: PageRenderer
    let cookie: SessionCookie
    let services: PortalServices
    let operations: OperationsAnswers
    let logger: Logger
    let addresses: PortalAddresses
    let tenantNames: TenantNames
    let sampler: FiguresSampler
    let reference: ContractReference
    private let accessGuard: AccessGuard

    /// Creates the portal.
    /// - Parameters:
    ///   - database: Where its tables are; ``migrations`` must have been applied.
    ///   - services: Clients of the services.
    ///   - addresses: Where things are.
    ///   - operations: Health and metrics of this role.
    ///   - logger: For what goes wrong.
    /// - Throws: ``PortalStartError`` if templates or assets are missing.
    public init(
        database: DatabasePool, services: PortalServices, addresses: PortalAddresses, operations: OperationsAnswers,
        logger: Logger
    ) throws {
        let resources = Bundle.module.bundleURL.appendingPathComponent("Resources")
        store = PortalStore(database: database)
        passwords = PasswordHasher()
        pages = try PageRenderer(
            templates: resources.appendingPathComponent("templates"),
            assets: AssetCatalog(
                resources: resources, libraries: URL(fileURLWithPath: addresses.libraries, isDirectory: true)))
        cookie = SessionCookie(isSecure: addresses.portalURL.hasPrefix("https://"))
        self.addresses = addresses
        self.services = services
        self.operations = operations
        self.logger = logger
        tenantNames = TenantNames(tenants: services.tenants)
        sampler = FiguresSampler(probes: services.probes)
        reference = ContractReference(folder: addresses.reference)
        accessGuard = AccessGuard(
            store: store, cookie: cookie, proof: RequestProof(publishedOrigin: addresses.portalURL),
            headers: SecurityHeaders(mediaOrigin: addresses.mediaOrigin, isSecure: cookie.isSecure), pages: pages,
            logger: logger)
    }

    /// Its routes behind the guard, and what keeps the figures of the charts.
    public var assembly: ServiceAssembly {
        ServiceAssembly(
            routes: routes.map(accessGuard.guarding),
            jobs: [
                ServiceAssembly.Job(name: "figures") { try await sampler.run() },
                ServiceAssembly.Job(name: "tokens") {
                    try await TokenWatch(store: store, services: services, logger: logger).run()
                },
            ],
            refusal: accessGuard.answer)
    }
}

/// Where the portal and what it links to are.
public struct PortalAddresses: Sendable {
    /// The portal as browsers reach it (AGENT_PORTAL_URL); over HTTPS its cookies are bound to it.
    public var portalURL: String
    /// The gateway as the platforms reach it.
    public var publicBaseURL: String
    /// Origin of presigned links to media; nil: none are shown.
    public var mediaOrigin: String?
    /// Folder with Debian's JavaScript libraries.
    public var libraries: String
    /// Folder that `contractgen docs` wrote; nil: there is none.
    public var reference: String?

    /// Takes the addresses.
    public init(
        portalURL: String, publicBaseURL: String, mediaOrigin: String?, libraries: String, reference: String? = nil
    ) {
        self.portalURL = portalURL
        self.publicBaseURL = publicBaseURL
        self.mediaOrigin = mediaOrigin
        self.libraries = libraries
        self.reference = reference
    }
}
