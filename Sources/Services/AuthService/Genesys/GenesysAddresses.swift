import SharedContract

/// Where the API and the OAuth server of a tenant's Genesys organisation are.
///
/// What the credential names comes first, then what the process was told, then the tenant's region.
public struct GenesysAddresses: Sendable, Hashable {
    /// Base address of the platform API in place of the region's; nil: the region's.
    public var apiBaseURL: String?
    /// Base address of the OAuth server in place of the region's; nil: the region's.
    public var loginBaseURL: String?

    /// Creates the addresses (GENESYS_API_BASE_URL, GENESYS_LOGIN_BASE_URL).
    public init(apiBaseURL: String? = nil, loginBaseURL: String? = nil) {
        self.apiBaseURL = apiBaseURL
        self.loginBaseURL = loginBaseURL
    }

    /// Base address of the API, without a trailing slash.
    func api(of credential: GenesysCredential) throws(TokenFailure) -> String {
        try address(credential.apiBaseUrl ?? apiBaseURL, "api", credential.region)
    }

    /// Base address of the OAuth server, without a trailing slash.
    func login(of credential: GenesysCredential) throws(TokenFailure) -> String {
        try address(credential.loginBaseUrl ?? loginBaseURL, "login", credential.region)
    }

    private func address(
        _ named: String?,
        _ host: String,
        _ region: GenesysRegion?
    ) throws(TokenFailure) -> String {
        if let named { return named.hasSuffix("/") ? String(named.dropLast()) : named }
        guard let region else { throw .refused(reason: "the credential names no region") }
        return "https://\(host).\(region.domain)"
    }
}

extension GenesysRegion {
    /// The region's domain (`x-regions` in Specs/genesys/platform.yaml, from the public JavaScript SDK, 2026-08-15).
    var domain: String {
        switch self {
        case .usEast1: "mypurecloud.com"
        case .usEast2: "use2.us-gov-pure.cloud"
        case .usWest2: "usw2.pure.cloud"
        case .caCentral1: "cac1.pure.cloud"
        case .mxCentral1: "mxc1.pure.cloud"
        case .saEast1: "sae1.pure.cloud"
        case .euWest1: "mypurecloud.ie"
        case .euCentral1: "mypurecloud.de"
        case .euCentral2: "euc2.pure.cloud"
        case .euWest2: "euw2.pure.cloud"
        case .apSouth1: "aps1.pure.cloud"
        case .apNortheast1: "mypurecloud.jp"
        case .apNortheast2: "apne2.pure.cloud"
        case .apNortheast3: "apne3.pure.cloud"
        case .apSoutheast1: "apse1.pure.cloud"
        case .apSoutheast2: "mypurecloud.com.au"
        case .meCentral1: "mec1.pure.cloud"
        case .euscDeEast1: "edee1.eusc-pure.cloud"
        }
    }
}
