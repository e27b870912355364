import CPQ
import Glibc

/// One connection to the server. It belongs to the pool's loop and is used on its thread only; none of its calls waits.
final class Connection {
    /// connecting → idle → running → idle | leased → running …; running → cancelling. All end with the object.
    enum Phase {
        case connecting(until: ContinuousClock.Instant)
        case idle(since: ContinuousClock.Instant)
        case running(Job)
        /// In a transaction, between two statements.
        case leased
        /// Its caller has been answered; it waits for the cancel request to end and is closed then.
        case cancelling(until: ContinuousClock.Instant)
    }

    enum Progress {
        case pending
        case done(Job.Outcome)
        /// The connection can't be used any more.
        case lost(DatabaseError)
    }

    let id: UInt64
    var phase: Phase
    /// The transaction that keeps this connection.
    var lease: UInt64?
    /// Whether the running job was sent a second time because its prepared statements had become stale.
    private(set) var isRepeated = false

    private let handle: OpaquePointer
    private var polling = PGRES_POLLING_WRITING
    private var hasUnsentBytes = false
    private var prepared = PreparedStatements()
    private var exchange = Exchange.none

    /// Takes the ownership of `handle`, which PQconnectStart returned.
    init(id: UInt64, owning handle: OpaquePointer, connectUntil deadline: ContinuousClock.Instant) {
        self.id = id
        self.handle = handle
        phase = .connecting(until: deadline)
        // Failures to connect are then reported by SQLSTATE, in every language of the server.
        PQsetErrorVerbosity(handle, PQERRORS_SQLSTATE)
        // Notices would go to the standard error otherwise, values included.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit {
        PQfinish(handle)
    }

    /// Changes while connecting, where a host has several addresses.
    var descriptor: Int32 { PQsocket(handle) }

    /// What poll(2) should look for.
    var events: Int16 {
        switch phase {
        case .connecting: Int16(polling == PGRES_POLLING_READING ? POLLIN : POLLOUT)
        case .running: Int16(hasUnsentBytes ? POLLIN | POLLOUT : POLLIN)
        case .idle, .leased: Int16(POLLIN)
        case .cancelling: 0
        }
    }

    /// Whether the server sees no open transaction.
    var isOutsideTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// Whether the server sees a transaction that can go on.
    var isInsideTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_INTRANS }
}

// MARK: Connecting and resting

extension Connection {
    /// Goes on with connecting after its socket has become ready. `done` means connected.
    func continueConnecting() -> Progress {
        polling = PQconnectPoll(handle)
        switch polling {
        case PGRES_POLLING_READING, PGRES_POLLING_WRITING: return .pending
        case PGRES_POLLING_OK:
            guard PQsetnonblocking(handle, 1) == 0 else { return .lost(connectError()) }
            PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
            return .done(.success([]))
        default: return .lost(connectError())
        }
    }

    /// Looks at what came unasked, such as a notice or the server's farewell. Returns whether the connection still lives.
    func survivesUnaskedInput() -> Bool {
        guard PQconsumeInput(handle) == 1 else { return false }
        // Lets libpq take complete messages out of its buffer.
        _ = PQisBusy(handle)
        var byte: UInt8 = 0
        // The server's farewell is followed by the end of the stream, which may be readable already.
        let isAtEnd = recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
        return !isAtEnd && PQstatus(handle) == CONNECTION_OK
    }

    private func connectError() -> DatabaseError {
        let message = trimmedMessage()
        if PQconnectionNeedsPassword(handle) == 1 {
            return DatabaseError(.misconfigured, reason: "cannot connect: the server asks for a password")
        }
        let lastWord = message.split(separator: " ").last.map(String.init) ?? ""
        if lastWord.utf8.count == 5, lastWord.allSatisfy({ $0.isNumber || $0.isUppercase }) {
            return DatabaseError(ServerDiagnosis(sqlState: lastWord)).within("cannot connect")
        }
        return DatabaseError(.unavailable, reason: "cannot connect: \(message)")
    }

    /// libpq's own text about the connection: hosts, ports and system errors, no SQL and no values.
    private func trimmedMessage() -> String {
        let message = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        return message.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    func lostError() -> DatabaseError {
        DatabaseError(.unavailable, reason: "the connection was lost while a statement ran", mayHaveRun: true)
    }
}

// MARK: Running a job

extension Connection {
    /// What has been sent and is being answered.
    private enum Exchange {
        case none
        case pipeline(Pipeline)
        case script(last: QueryResult?, failure: DatabaseError?)
    }

    private struct Pipeline {
        enum Step {
            case deallocate
            case prepare(PreparedKey, name: String)
            case execute
        }

        var steps: [Step] = []
        /// The step whose answer comes next.
        var current = 0
        var results: [QueryResult] = []
        var failure: DatabaseError?
        /// More than one statement: the failed one's number is worth telling.
        var isBatch = false
    }

    /// Sends a job's work. Whatever isn't `pending` means that the connection can't be used any more.
    func send(_ work: Job.Work, again: Bool = false) -> Progress {
        isRepeated = again
        let isSent: Bool
        switch work {
        case .script(let sql):
            exchange = .script(last: nil, failure: nil)
            isSent =
                (PQpipelineStatus(handle) == PQ_PIPELINE_OFF || PQexitPipelineMode(handle) == 1)
                && PQsendQuery(handle, sql) == 1
        case .statements(let statements):
            isSent =
                (PQpipelineStatus(handle) == PQ_PIPELINE_ON || PQenterPipelineMode(handle) == 1)
                && sendPipeline(statements)
        }
        return isSent && flush() ? .pending : .lost(lostError())
    }

    /// Forgets all prepared statements, here and, with the next job, at the server.
    func forgetPreparedStatements() {
        prepared.evictAll()
    }

    /// Reads and writes what can be read and written now.
    func progress() -> Progress {
        guard PQconsumeInput(handle) == 1, flush() else { return .lost(exchangeFailure ?? lostError()) }
        while PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                if let outcome = finishCommand() { return outcome }
                continue
            }
            if let outcome = take(result) { return outcome }
            guard PQstatus(handle) == CONNECTION_OK else { return .lost(exchangeFailure ?? lostError()) }
        }
        return .pending
    }

    /// Returns false if the connection is lost.
    private func flush() -> Bool {
        let code = PQflush(handle)
        hasUnsentBytes = code == 1
        return code >= 0
    }

    private func sendPipeline(_ statements: [EncodedStatement]) -> Bool {
        var pipeline = Pipeline()
        pipeline.isBatch = statements.count > 1
        for name in prepared.takeEvicted() {
            guard PQsendQueryParams(handle, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 0) == 1 else { return false }
            pipeline.steps.append(.deallocate)
        }
        var names: [PreparedKey: String] = [:]
        for statement in statements {
            let name: String
            if let known = names[statement.key] ?? prepared.name(for: statement.key) {
                name = known
            } else {
                name = prepared.makeName()
                let typeIDs = statement.key.typeIDs
                guard PQsendPrepare(handle, name, statement.key.sql, Int32(typeIDs.count), typeIDs) == 1 else {
                    return false
                }
                pipeline.steps.append(.prepare(statement.key, name: name))
            }
            names[statement.key] = name
            guard sendExecute(statement, name: name) else { return false }
            pipeline.steps.append(.execute)
        }
        exchange = .pipeline(pipeline)
        return PQpipelineSync(handle) == 1
    }

    /// All values go in binary format, with their lengths; libpq copies them.
    private func sendExecute(_ statement: EncodedStatement, name: String) -> Bool {
        statement.values.withUnsafeBytes { bytes in
            let values = statement.ranges.map { range in
                range.flatMap { bytes.baseAddress?.advanced(by: $0.lowerBound).assumingMemoryBound(to: CChar.self) }
            }
            let lengths = statement.ranges.map { Int32($0?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: values.count)
            return PQsendQueryPrepared(handle, name, Int32(values.count), values, lengths, formats, 0) == 1
        }
    }

    /// Takes one result over; the outcome if it was the last of the job.
    private func take(_ handle: OpaquePointer) -> Progress? {
        let storage = ResultStorage(owning: handle)
        switch PQresultStatus(handle) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            note(QueryResult(storage))
        case PGRES_PIPELINE_SYNC:
            guard case .pipeline(let pipeline) = exchange else { return .lost(lostError()) }
            exchange = .none
            return .done(pipeline.failure.map { .failure($0) } ?? .success(pipeline.results))
        case PGRES_PIPELINE_ABORTED:
            break
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            return .lost(DatabaseError(.misconfigured, reason: "COPY through the client is not supported"))
        default:
            note(failureOf: handle)
        }
        return nil
    }

    private func note(_ result: QueryResult) {
        switch exchange {
        case .none: break
        case .script(_, let failure): exchange = .script(last: result, failure: failure)
        case .pipeline(var pipeline):
            exchange = .none
            if pipeline.current < pipeline.steps.count {
                switch pipeline.steps[pipeline.current] {
                case .deallocate: break
                case .prepare(let key, let name): prepared.insert(key, name: name)
                case .execute: pipeline.results.append(result)
                }
            }
            exchange = .pipeline(pipeline)
        }
    }

    private func note(failureOf result: OpaquePointer) {
        // The field codes of postgres_ext.h, which are macros that Swift can't import.
        func field(_ code: Unicode.Scalar) -> String {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) } ?? ""
        }
        let state = field("C")
        // libpq itself reports a lost connection as a result without SQLSTATE.
        var error =
            state.isEmpty
            ? lostError()
            : DatabaseError(
                ServerDiagnosis(
                    sqlState: state, message: field("M"), constraint: field("n"), table: field("t"),
                    column: field("c")))
        switch exchange {
        case .none: break
        case .script(let last, let failure): exchange = .script(last: last, failure: failure ?? error)
        case .pipeline(var pipeline):
            guard pipeline.failure == nil else { return }
            if pipeline.isBatch { error = error.within("statement \(pipeline.results.count + 1) of the batch") }
            pipeline.failure = error
            exchange = .pipeline(pipeline)
        }
    }

    /// Called where libpq says that one command has no more results.
    private func finishCommand() -> Progress? {
        switch exchange {
        case .none: return .lost(lostError())
        case .script(let last, let failure):
            exchange = .none
            return .done(failure.map { .failure($0) } ?? .success(last.map { [$0] } ?? []))
        case .pipeline(var pipeline):
            guard pipeline.current < pipeline.steps.count else { return .lost(pipeline.failure ?? lostError()) }
            exchange = .none
            pipeline.current += 1
            exchange = .pipeline(pipeline)
            return nil
        }
    }

    /// What the server said before the connection was lost.
    private var exchangeFailure: DatabaseError? {
        switch exchange {
        case .none: nil
        case .script(_, let failure): failure
        case .pipeline(let pipeline): pipeline.failure
        }
    }
}

// MARK: Cancelling

extension Connection {
    /// A request to cancel what runs here. It stays usable after this connection has gone.
    func makeCancelRequest() -> CancelRequest? {
        PQgetCancel(handle).map { CancelRequest(owning: $0) }
    }
}

/// Owns one PGcancel and frees it.
///
/// Unchecked because the handle is a pointer; safe because one thread sends it once, and libpq makes PQcancel
/// independent of the connection's own thread (libpq 34.7).
final class CancelRequest: @unchecked Sendable {
    private let handle: OpaquePointer

    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Connects, sends, and waits until the server has closed: blocks, so never on a cooperative thread or the loop's.
    func send() -> Bool {
        var message = [CChar](repeating: 0, count: 256)
        return PQcancel(handle, &message, Int32(message.count)) == 1
    }
}
