import ContractJSON
import ContractRuntime
import Glibc
public import Logging

/// Writes one JSON object a line: `timestamp`, `level`, `service`, `message`, then metadata by name.
///
/// Metadata comes from the ``LogContext`` of the task, the logger, its provider and the call; the later wins. Lines hold
/// what they are given, so never give them bodies, names, numbers or secrets; see ``Redaction``.
public struct JSONLogHandler: LogHandler {
    /// Where a finished line goes, its newline included.
    public typealias Sink = @Sendable ([UInt8]) -> Void

    /// The least level of lines.
    public var logLevel: Logger.Level
    /// Metadata of every line of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Gives more metadata for each line.
    public var metadataProvider: Logger.MetadataProvider?
    private let service: String
    private let sink: Sink
    private static let reserved: Set<String> = ["timestamp", "level", "service", "message", "error", "source"]

    /// Creates a handler.
    /// - Parameters:
    ///   - service: The name of the role or process.
    ///   - level: The least level of lines.
    ///   - sink: Where lines go; standard output by default.
    public init(
        service: String,
        level: Logger.Level = .info,
        sink: @escaping Sink = JSONLogHandler.writeToStandardOutput
    ) {
        self.service = service
        logLevel = level
        self.sink = sink
    }

    /// One item of metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        var all = LogContext.current.metadata
        all.merge(metadata) { $1 }
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.name("timestamp")
        writer.string(WallClock.now.text)
        writer.name("level")
        writer.string(event.level.rawValue)
        writer.name("service")
        writer.string(service)
        writer.name("message")
        writer.string(event.message.description)
        if let error = event.error {
            writer.name("error")
            writer.string(String(describing: error))
        }
        for (name, value) in all.sorted(by: { $0.key < $1.key }) {
            writer.name(dynamic: Self.reserved.contains(name) ? "metadata_" + name : name)
            Self.write(value, to: &writer)
        }
        writer.endObject()
        sink(writer.bytes + [UInt8(ascii: "\n")])
    }

    private static func write(_ value: Logger.Metadata.Value, to writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.string(text)
        case .stringConvertible(let integer as any BinaryInteger): writer.integer(integer)
        case .stringConvertible(let number as Double): writer.double(number)
        case .stringConvertible(let truth as Bool): writer.bool(truth)
        case .stringConvertible(let value): writer.string(value.description)
        case .array(let values):
            writer.beginArray()
            for value in values { write(value, to: &writer) }
            writer.endArray()
        case .dictionary(let values):
            writer.beginObject()
            for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                writer.name(dynamic: name)
                write(value, to: &writer)
            }
            writer.endObject()
        }
    }

    /// One `write` a line, so that lines of several threads do not mix. What can't be written is lost: a log must not
    /// stop the work.
    @Sendable public static func writeToStandardOutput(_ line: [UInt8]) {
        line.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = Glibc.write(
                    STDOUT_FILENO,
                    buffer.baseAddress?.advanced(by: written),
                    buffer.count - written
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }
}

extension Logger {
    /// A logger that writes JSON lines for a role.
    /// - Parameter sink: Where lines go; standard output by default.
    public static func json(
        service: String,
        level: Logger.Level = .info,
        sink: @escaping JSONLogHandler.Sink = JSONLogHandler.writeToStandardOutput
    ) -> Logger {
        Logger(label: service) { _ in JSONLogHandler(service: service, level: level, sink: sink) }
    }

    /// The same for a service with its configuration.
    public static func json(_ service: ServiceName, _ configuration: ServiceConfiguration) -> Logger {
        json(service: service.rawValue, level: configuration.logLevel)
    }
}
