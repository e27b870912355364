import AgentPortalContract

/// The portal's one page: which addresses to enter where.
struct PortalPage {
    let addresses: PublicAddresses

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>waba-genesys</title></head>
        <body>
        <main>
        <h1>waba-genesys</h1>
        <h2>Addresses to enter at the platforms</h2>
        <dl>
        <dt>Meta app, WhatsApp, Configuration, Callback URL</dt><dd><code>\(Self.escaped(addresses.whatsAppWebhookUrl))</code></dd>
        <dt>Genesys Cloud, Open Messaging integration, Outbound notification webhook URL</dt>
        <dd><code>\(Self.escaped(addresses.genesysWebhookUrlTemplate))</code></dd>
        </dl>
        <p>How far each tenant is connected: <code>GET /onboarding</code> with the administrator's key.</p>
        </main>
        </body>
        </html>

        """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
