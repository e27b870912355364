import ContractJSON
import ContractRuntime
import MediaFiles
import MediaTransfer
import RelayDelivery
import RelayMessagingContract
import ServiceKit
import SharedContract
import WebhookIntake
import WhatsAppWebhookContract

/// What became of the file of a message.
enum FetchedFile: Sendable, Hashable {
    case stored(StoredMedia)
    case missing(MediaFailure)

    var stored: StoredMedia? { if case .stored(let media) = self { media } else { nil } }
    var failure: MediaFailure? { if case .missing(let failure) = self { failure } else { nil } }
}

extension UpdateRouter {
    /// Fetches the files of all messages that have one. A file that can't be had holds up its message no longer than the
    /// policy of ``InboundFiles`` says; the message then goes on without it.
    /// - Throws: ``MediaProblem`` where nothing but a file was asked for and it can't be had; `HeldBack` while WhatsApp gives
    ///   the tenant no token; `CancellationError`.
    func fetchFiles(
        of message: WhatsAppUpdates, _ destination: Destination, _ headers: RelayHeaders
    ) async throws -> [Int: FetchedFile] {
        guard case .tenant(let tenantID, let phoneNumberID, _, _) = destination else { return [:] }
        var fetched: [Int: FetchedFile] = [:]
        let end = ContinuousClock.now + MediaStore.patienceOfDelivery
        for (index, update) in message.updates.enumerated() where update.kind == .message {
            guard let read = try? WhatsAppWebhookContract.InboundMessage(json: .object(update.update)),
                let file = CustomerFile(read)
            else { continue }
            let sentAt = DateTime(unixSeconds: read.timestamp, notAfter: message.receivedAt) ?? message.receivedAt
            let start = ContinuousClock.now
            do {
                guard start < end else { throw MediaStore.outOfTime }
                let stored = try await files.fetch(
                    file, tenantID: tenantID, phoneNumberID: phoneNumberID,
                    key: MediaKey.key(
                        tenantID: tenantID, at: sentAt, id: StableIdentifier.derived(from: "file", read.id)),
                    traceparent: headers.traceparent)
                counters.fileStored(bytes: stored.sizeBytes, after: .now - start)
                fetched[index] = .stored(stored)
            } catch let error where update.isEcho && (error is MediaProblem || error is HeldBack) {
                // It is shown without its file; nothing waits for one that goes to nobody.
                counters.fileMissed((error as? MediaProblem)?.code.rawValue ?? MediaFailureCode.mediaDenied.rawValue)
            } catch let problem as MediaProblem {
                // Tried long enough: the customer's next messages wait behind it.
                guard !update.fileOnly else { throw MediaProblem.lasting(problem.code, problem.reason) }
                counters.fileMissed(problem.code.rawValue)
                fetched[index] = .missing(
                    problem.failure(of: file.file.mediaType, filename: FileName.shown(file.file.filename)))
            }
        }
        return fetched
    }

    /// Keeps the files that could not be had as dead letters: replayed, the file alone is fetched and follows its message.
    func keepMissingFiles(of routed: RoutedUpdates) async throws {
        guard case .tenant(let tenantID, _, _, _) = routed.destination else { return }
        for (index, file) in routed.files {
            guard let failure = file.failure else { continue }
            var alone = routed.updates
            alone.updates = [routed.updates.updates[index]]
            alone.updates[0].fileOnly = true
            let id = StableIdentifier.derived(from: routed.source, "file", String(index))
            var headers = routed.outgoingHeaders
            headers.heldId = nil
            let missing = try WhatsAppUpdatesPublisher.message(alone, headers: headers, messageID: id)
            try await worker.keep(
                missing, headers: headers, tenantID: tenantID,
                because: FailureCause(
                    disposition: .permanent, code: failure.code.rawValue, reason: failure.reason))
        }
    }
}
