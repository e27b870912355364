import CHiredis
import Glibc

/// Owns one redisContext with a non-blocking socket. It belongs to the cache's loop and is used on its thread only.
final class RedisContext {
    enum Reply {
        case none
        case reply(RedisReply)
        /// The bytes are not Redis's protocol, or memory is short.
        case broken
    }

    private let context: UnsafeMutablePointer<redisContext>

    /// Begins to connect. Nil if memory is short or the address can't be used. Resolves the host's name here.
    init?(_ address: RedisAddress) {
        guard let context = redisConnectNonBlock(address.host, address.port) else { return nil }
        self.context = context
        // All is set, so deinit runs and frees.
        if context.pointee.err != 0 { return nil }
    }

    deinit {
        redisFree(context)
    }

    /// For poll(2). Owned by the context.
    var descriptor: Int32 { context.pointee.fd }

    /// The result of connecting, once the socket has become writable: 0 or an errno.
    func connectResult() -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
    }

    /// Puts a command into the output buffer, which copies it. False if memory is short.
    func append(_ command: RedisCommand) -> Bool {
        command.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
            var offset = 1
            var pointers: [UnsafePointer<CChar>?] = []
            pointers.reserveCapacity(command.lengths.count)
            for length in command.lengths {
                pointers.append(base + offset)
                offset += length
            }
            return redisAppendCommandArgv(context, Int32(pointers.count), &pointers, command.lengths) == REDIS_OK
        }
    }

    /// Writes once. Returns whether the output buffer is empty now; nil if the connection is lost.
    func write() -> Bool? {
        var done: Int32 = 0
        guard redisBufferWrite(context, &done) == REDIS_OK else { return nil }
        return done == 1
    }

    /// Reads once. False if the connection is lost.
    func read() -> Bool {
        redisBufferRead(context) == REDIS_OK
    }

    /// The next complete reply among the bytes read.
    func nextReply() -> Reply {
        var pointer: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(context, &pointer) == REDIS_OK else { return .broken }
        guard let pointer else { return .none }
        defer { freeReplyObject(pointer) }
        return .reply(RedisReply(copying: pointer.assumingMemoryBound(to: redisReply.self).pointee))
    }
}

extension RedisReply {
    /// hiredis bounds the nesting (7 levels), and so this recursion.
    fileprivate init(copying reply: redisReply) {
        switch reply.type {
        case REDIS_REPLY_STRING: self = .bytes(Array(Self.bytes(of: reply)))
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_STATUS: self = .status(String(decoding: Self.bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: self = .error(String(decoding: Self.bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            self = .array(
                (0..<reply.elements).map { reply.element?[$0].map { RedisReply(copying: $0.pointee) } ?? .null }
            )
        default: self = .null
        }
    }

    private static func bytes(of reply: redisReply) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: reply.str, count: reply.str == nil ? 0 : Int(reply.len))
    }
}
