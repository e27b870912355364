import ContractRuntime
import Crypto
import SimulatorContract

/// The files that a platform holds, in the order of their arrival.
struct FileShelf: Sendable {
    /// One file.
    struct File: Sendable {
        let id: String
        /// The business number or integration that it belongs to.
        let account: String
        let origin: SimulatedFile.Origin
        /// Media type as it was declared.
        let mime: String
        var filename: String?
        let bytes: [UInt8]
        let sha256: [UInt8]
        /// When it came, in milliseconds.
        let addedAt: Int64
        /// The message that it came with.
        var messageID: String?
        /// Why it could not be fetched.
        var problem: String?

        /// The digest in lower-case hexadecimal.
        var sha256Hexadecimal: String { sha256.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

        /// The file as the control interface shows it.
        var description: SimulatedFile {
            SimulatedFile(
                id: id, account: account, origin: origin, mime: mime, filename: filename, sizeBytes: bytes.count,
                sha256: sha256Hexadecimal, sha256Base64: Base64.encode(sha256), messageId: messageID, problem: problem)
        }
    }

    private var files: [String: File] = [:]
    private var order: [String] = []

    /// All that are there.
    var all: [File] { order.compactMap { files[$0] } }

    /// A file.
    subscript(id: String) -> File? { files[id] }

    /// Keeps a file.
    mutating func add(
        id: String, account: String, origin: SimulatedFile.Origin, mime: String, filename: String? = nil,
        bytes: [UInt8], messageID: String? = nil, problem: String? = nil, at addedAt: Int64
    ) -> File {
        let file = File(
            id: id, account: account, origin: origin, mime: mime, filename: filename, bytes: bytes,
            sha256: Array(SHA256.hash(data: bytes)), addedAt: addedAt, messageID: messageID, problem: problem)
        files[id] = file
        order.append(id)
        return file
    }

    /// Forgets a file.
    mutating func remove(_ id: String) {
        files[id] = nil
        order.removeAll { $0 == id }
    }
}
