import AuthServiceContract
import ConnectionChecks
import ContractRuntime
import ObjectStorage
import ServiceKit
import WebhookIntake
import WhatsAppWebhookServiceContract

extension IntakeReporter {
    /// Sends what Meta would send to the public address, and takes an object through the media storage.
    func checkWebhooks(_ input: CheckWebhooks.Input, _ context: RequestContext) async throws -> CheckWebhooks.Output {
        var run = CheckRun()
        let own: WebhookSecrets?
        do { own = try await tenantApps.stored(of: input.tenantId, traceparent: context.traceparent) } catch {
            throw error.problem
        }
        let hasOwnApp = own.map { !$0.secrets.isEmpty } ?? false
        let path = hasOwnApp ? "/webhooks/whatsapp/\(input.tenantId)" : "/webhooks/whatsapp"
        let address = probe.publicBaseURL + path
        await checkVerification(
            path, address, token: hasOwnApp ? own?.verifyToken : sharedApp.verifyToken.reveal(), &run)
        let secret = hasOwnApp ? own?.secrets.first.map(Secret.init) : sharedApp.secrets.first
        if let secret {
            let outcome = await probe.post(path, .meta, secret: secret)
            run.judge(
                .whatsAppSignatureAccepted, outcome == .accepted, detail: address, cause: outcome.cause(at: address),
                remedy: outcome.remedy)
        } else {
            run.fail(
                .whatsAppSignatureAccepted, cause: "Neither the tenant nor this installation has an app secret.",
                remedy: "Enter the app secret of the tenant's Meta app, or set META_APP_SECRET for the shared one.")
        }
        let forged = await probe.post(path, .meta, secret: Secret(StableIdentifier.random()))
        run.judge(
            .whatsAppForgeryRefused, forged == .refused,
            cause: forged == .accepted ? "A forged webhook was accepted." : forged.cause(at: address),
            remedy: forged == .accepted ? "Report this as a defect of the relay at once." : forged.remedy)
        await checkStorage(input.tenantId, &run)
        return .ok(run.report(of: input.tenantId))
    }

    private func checkVerification(_ path: String, _ address: String, token: String?, _ run: inout CheckRun) async {
        if let token {
            let outcome = await probe.verify(path, token: token)
            run.judge(
                .whatsAppWebhookReachable, outcome == .accepted, detail: address, cause: outcome.cause(at: address),
                remedy: outcome.remedy)
        } else {
            run.fail(
                .whatsAppWebhookReachable, cause: "The tenant's own Meta app has no verify token stored.",
                remedy: "Enter a verify token here and the same one at Meta.")
        }
        let wrong = await probe.verify(path, token: StableIdentifier.random())
        run.judge(
            .whatsAppVerifyTokenGuarded, wrong == .refused,
            cause: wrong == .accepted ? "A wrong verify token was accepted." : wrong.cause(at: address),
            remedy: wrong == .accepted ? "Report this as a defect of the relay at once." : wrong.remedy)
    }

    private func checkStorage(_ tenantID: String, _ run: inout CheckRun) async {
        let bucket = "media-inbound"
        let key = "\(tenantID)/checks/\(StableIdentifier.random()).txt"
        let bytes = Array("round trip".utf8)
        do {
            try await storage.put(.bytes(bytes), bucket: bucket, key: key)
            let link = try storage.presignedGet(bucket: bucket, key: key, expiresInSeconds: 60)
            let fetched = await fetch(link)
            try await storage.delete(bucket: bucket, key: key)
            switch fetched {
            case .success(let response) where response.status == 200:
                let body = try? await response.body.collect(limit: 1_000)
                run.judge(
                    .mediaStorage, body == bytes, detail: "stored, fetched by presigned link, deleted",
                    cause: "The presigned link gave other bytes than were stored.",
                    remedy: "Let S3_PUBLIC_ENDPOINT lead to the same server as S3_ENDPOINT.")
            case .success(let response):
                run.fail(
                    .mediaStorage, cause: "The presigned link was answered \(response.status).",
                    remedy: "Let S3_PUBLIC_ENDPOINT lead to the S3 server unchanged, Host header included.")
            case .failure(let error):
                run.fail(
                    .mediaStorage, cause: "The presigned link gave no answer: \(error.reason).",
                    remedy: "Make S3_PUBLIC_ENDPOINT reachable; Genesys and Meta fetch media from it.")
            }
        } catch {
            run.fail(
                .mediaStorage, cause: "The S3 server did not take the object: \(error.reason).",
                remedy: "Look at S3_ENDPOINT, its keys, and whether `waba-genesys migrate` made the buckets.")
        }
    }

    private func fetch(_ link: String) async -> Result<ContractResponse, TransportError> {
        guard let scheme = link.firstRange(of: "://"),
            let slash = link[scheme.upperBound...].firstIndex(of: "/")
        else { return .failure(TransportError(.invalidRequest, reason: "the link is none")) }
        do {
            let transport = try links(String(link[..<slash]))
            return .success(
                try await transport.send(
                    ContractRequest(method: .get, target: String(link[slash...])),
                    options: RequestOptions(timeout: .seconds(5))))
        } catch {
            return .failure((error as? TransportError) ?? TransportError(.invalidRequest, reason: "\(error)"))
        }
    }
}
