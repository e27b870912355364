import ServiceKit
import SharedContract

/// The tenant under load. Its credentials open nothing but the simulators.
struct LoadTenant: Sendable {
    let name = "Load"
    let phoneNumberID = "100200300400777"
    let accountID = "500400300200777"
    let integrationID = "7a1d3c5e-9b2f-4e6a-8c0d-1f2e3d4c5b6a"
    let clientID = "3f9c1b7e-5a2d-4c8e-9f10-6b7a8c9d0e1f"
    let accessToken = "load-whatsapp-access-token"
    let appSecret = Secret("load-meta-app-secret")
    let clientSecret = "load-genesys-client-secret"
    let webhookSecret = Secret("load-genesys-webhook-secret")

    /// The customer of a number, a valid WhatsApp id.
    static func customer(_ index: Int) -> String { String(15_550_200_000 + index) }

    var whatsApp: Credential {
        .whatsapp(
            WhatsAppCredential(
                accessToken: accessToken, wabaId: accountID, appSecret: appSecret.reveal(),
                verifyToken: "load-verify-token"))
    }

    /// - Parameter baseURL: The simulator, which serves both the API and the login host.
    func genesys(baseURL: String) -> Credential {
        .genesys(
            GenesysCredential(
                apiBaseUrl: baseURL, loginBaseUrl: baseURL, clientId: clientID, clientSecret: clientSecret,
                webhookSecret: webhookSecret.reveal()))
    }
}
