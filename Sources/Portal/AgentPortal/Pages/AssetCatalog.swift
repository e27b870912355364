import Crypto
import Foundation

/// Style sheets, scripts and pictures, read once at the start: the portal's own, and Bootstrap and Chart.js from where
/// Debian's packages `libjs-bootstrap5` and `libjs-chart.js` install them.
struct AssetCatalog: Sendable {
    /// The three kinds, by their folder in addresses and resources.
    enum Kind: String, Sendable, CaseIterable {
        case styles, scripts, images
    }

    /// Files of the packages below the folder of libraries, and the names under which the portal serves them.
    private static let libraries: [(kind: Kind, name: String, path: String)] = [
        (.styles, "bootstrap.min.css", "bootstrap5/css/bootstrap.min.css"),
        (.scripts, "bootstrap.bundle.min.js", "bootstrap5/js/bootstrap.bundle.min.js"),
        (.scripts, "chart.min.js", "chart.js/chart.min.js"),
    ]

    private let files: [Kind: [String: String]]
    /// Changes with the content of any file.
    let version: String

    /// Reads all files.
    /// - Parameters:
    ///   - resources: The folder with `styles`, `scripts` and `images`.
    ///   - libraries: The folder in which Debian installs scripts, `/usr/share/javascript`.
    /// - Throws: ``PortalStartError`` if a file is missing.
    init(resources: URL, libraries: URL) throws {
        var files: [Kind: [String: String]] = [:]
        for kind in Kind.allCases {
            let folder = resources.appendingPathComponent(kind.rawValue)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                files[kind, default: [:]][name] = try String(
                    contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            }
        }
        for library in Self.libraries {
            let url = libraries.appendingPathComponent(library.path)
            do {
                // The maps that the last lines name are not served.
                files[library.kind, default: [:]][library.name] = try String(contentsOf: url, encoding: .utf8)
                    .replacingOccurrences(of: "sourceMappingURL=", with: "")
            } catch {
                throw PortalStartError(
                    reason: "\(url.path) can't be read: install libjs-bootstrap5 and libjs-chart.js, "
                        + "or set PORTAL_LIBRARIES_DIR to the folder that holds bootstrap5 and chart.js")
            }
        }
        self.files = files
        var hash = SHA256()
        for kind in Kind.allCases {
            for (name, text) in (files[kind] ?? [:]).sorted(by: { $0.key < $1.key }) {
                hash.update(data: Array(name.utf8) + [0] + Array(text.utf8))
            }
        }
        version = hash.finalize().prefix(8).map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }

    /// The text of a file.
    func text(_ kind: Kind, _ name: String) -> String? { files[kind]?[name] }
}

/// Why the portal can't start.
public struct PortalStartError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let reason: String
    /// The reason.
    public var description: String { reason }
}
