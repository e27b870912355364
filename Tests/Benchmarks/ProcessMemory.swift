import Foundation
import ServiceKit

/// Memory of the relay's processes, by the files that the start script keeps of them.
struct ProcessMemory {
    private let processes: [(name: String, id: Int)]

    /// - Parameter folder: Holds a file a process, named like its service or `all`, that begins with its id. Servers and
    ///   simulators are no part of the relay.
    init(folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        processes = try names.filter(Self.isRelay).compactMap { name in
            let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            guard let id = text.split(whereSeparator: \.isWhitespace).first.flatMap({ Int($0) }),
                FileManager.default.fileExists(atPath: "/proc/\(id)/status")
            else { return nil }
            return (name, id)
        }
        guard !processes.isEmpty else { throw LoadError("\(folder) names no running process") }
    }

    private static func isRelay(_ name: String) -> Bool {
        name == "all" || ServiceName(rawValue: name) != nil && !name.hasSuffix("-simulator")
    }

    /// Has the kernel count peaks anew (proc(5), clear_refs, 5).
    func forgetPeaks() throws {
        for process in processes {
            try "5".write(toFile: "/proc/\(process.id)/clear_refs", atomically: false, encoding: .utf8)
        }
    }

    /// Resident bytes by process: what they are, or the most since ``forgetPeaks()``.
    func residentBytes(peak: Bool) throws -> [String: Int] {
        var all: [String: Int] = [:]
        for process in processes {
            let status = try String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix(peak ? "VmHWM:" : "VmRSS:") }
            guard let kilobytes = line.flatMap({ Int($0.filter(\.isNumber)) }) else {
                throw LoadError("the memory of \(process.name) can't be read")
            }
            all[process.name] = kilobytes << 10
        }
        return all
    }
}
