import ServiceKit
import SharedContract

/// The tenant that the demonstration onboards. Its credentials open nothing but the two simulators on this machine; they
/// are the same at every run, so that a second run finds what the first one left.
struct DemoTenant: Sendable {
    var name = "Demo Bakery"
    var phoneNumberID = "100200300400500"
    var accountID = "500400300200100"
    var displayPhoneNumber = "15550001000"
    var integrationID = "5d0c7b6a-1e2f-4a3b-9c8d-7e6f5a4b3c2d"
    var clientID = "0b7f3c52-4d1e-4f7a-8a53-2c9d6e1f0a77"
    var accessToken = Secret("demo-whatsapp-access-token")
    var appSecret = Secret("demo-meta-app-secret")
    var clientSecret = Secret("demo-genesys-client-secret")
    var webhookSecret = Secret("demo-genesys-webhook-secret")
    /// The customer who writes.
    var customer = "15550123456"
    var customerName = "Zoë Müller"

    /// Its WhatsApp credential.
    var whatsApp: Credential {
        .whatsapp(
            WhatsAppCredential(
                accessToken: accessToken.reveal(), wabaId: accountID, appSecret: appSecret.reveal(),
                verifyToken: "demo-verify-token"))
    }

    /// Its Genesys credential.
    /// - Parameter baseURL: Address of the simulator, which serves the API and the login host.
    func genesys(baseURL: String) -> Credential {
        .genesys(
            GenesysCredential(
                apiBaseUrl: baseURL, loginBaseUrl: baseURL, clientId: clientID, clientSecret: clientSecret.reveal(),
                webhookSecret: webhookSecret.reveal()))
    }
}
