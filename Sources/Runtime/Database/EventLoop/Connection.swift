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
    var isRepeated = false

    let handle: OpaquePointer
    private var polling = PGRES_POLLING_WRITING
    var hasUnsentBytes = false
    var prepared = PreparedStatements()
    var exchange = Exchange.none

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

    /// Looks at what came unasked, such as a notice or the server's farewell. Returns whether the connection is still
    /// alive.
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
