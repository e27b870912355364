import ContractRuntime
import Crypto
import ServiceKit
import SimulatorContract

/// Media and how long their ids and addresses live (Cloud API, media, read 2026-09).
extension MetaPlatform {
    /// Milliseconds that the address of a medium is good for: 5 minutes.
    private static let addressLifetime: Int64 = 5 * 60_000

    func store(
        _ bytes: [UInt8], mime: String, filename: String? = nil, number: String, origin: SimulatedFile.Origin,
        problem: String? = nil
    ) -> FileShelf.File {
        let id = String(world.random() % 9_000_000_000_000_000 + 1_000_000_000_000_000)
        return media.add(
            id: id, account: number, origin: origin, mime: mime, filename: filename, bytes: bytes, problem: problem,
            at: world.now())
    }

    /// A medium that the token's numbers own.
    func medium(_ id: String, token: String?) -> FileShelf.File? {
        guard let medium = current(id), number(medium.account, token: token) != nil else { return nil }
        return medium
    }

    /// A medium that a number may send.
    func medium(_ id: String, number: String) -> FileShelf.File? {
        current(id).flatMap { $0.account == number ? $0 : nil }
    }

    /// Ids of uploads live for 30 days, those in webhooks for 7.
    private func current(_ id: String) -> FileShelf.File? {
        media[id].flatMap { file in
            let days: Int64 = file.origin == .uploaded ? 30 : 7
            return world.now() - file.addedAt < days * 86_400_000 ? file : nil
        }
    }

    func deleteMedium(_ id: String) { media.remove(id) }

    /// An address that lives for five minutes and can't be made by anybody else.
    func address(of medium: FileShelf.File) -> String {
        let end = world.now() + Self.addressLifetime
        return "\(configuration.baseURL)/simulated-media/\(medium.id)?ext=\(end)&hash=\(signature(medium.id, end))"
    }

    /// Whether the address of a medium is one of ours and still good.
    func isGood(medium id: String, end: String?, hash: String?) -> Bool {
        guard let end = end.flatMap({ Int64($0) }), let hash, world.now() < end else { return false }
        return ConstantTime.areEqual(Array(hash.utf8), Array(signature(id, end).utf8))
    }

    private func signature(_ id: String, _ end: Int64) -> String {
        HMAC<SHA256>.authenticationCode(for: Array("\(id) \(end)".utf8), using: mediaKey)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
