import CPQ

/// Running a job: sending, and reading the answers.
extension Connection {
    /// What has been sent and is being answered.
    enum Exchange {
        case none
        case pipeline(Pipeline)
        case script(last: QueryResult?, failure: DatabaseError?)
    }

    struct Pipeline {
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
                    sqlState: state,
                    message: field("M"),
                    constraint: field("n"),
                    table: field("t"),
                    column: field("c")
                )
            )
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
