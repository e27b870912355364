import ContractRuntime
import Foundation
import HTTPTransport
import Synchronization
import Testing

/// Each in a process of its own, whose memory is nobody else's.
@Suite("100 MB in bounded memory", .serialized)
struct MemoryTests {
    @Test("go up, with or without a known length")
    func upload() async {
        await #expect(processExitsWith: .success) {
            let size = 100 << 20
            let server = try await TestServer()
            defer { server.stop() }
            let transport = try server.transport()
            for length in [size, nil] {
                let meter = MemoryMeter()
                let source = chunks(of: 64 << 10, count: size >> 16) { meter.sample() }
                let options = RequestOptions(timeout: .seconds(120))
                let answer = try await transport.post("/sink", .stream(source, length: length), options).text()
                #expect(answer.hasPrefix("\(size) "))
                #expect(answer.hasSuffix(length == nil ? "None chunked" : "\(size) None"))
                #expect(meter.growth < 32 << 20)
            }
        }
    }

    @Test("come down, with or without a known length")
    func download() async {
        await #expect(processExitsWith: .success) {
            let size = 100 << 20
            let server = try await TestServer()
            defer { server.stop() }
            let transport = try server.transport()
            for framing in ["", "&chunked"] {
                let meter = MemoryMeter()
                let options = RequestOptions(timeout: .seconds(120), streamsResponse: true)
                let response = try await transport.get("/stream?bytes=\(size)\(framing)", options)
                #expect(response.body.length == (framing.isEmpty ? size : nil))
                guard case .stream(let chunks, _) = response.body else { throw ServerDidNotStart() }
                var position = 0
                for try await chunk in chunks {
                    meter.sample()
                    #expect(chunk.first == UInt8(truncatingIfNeeded: position))
                    position += chunk.count
                }
                #expect(position == size)
                #expect(meter.growth < 32 << 20)
            }
        }
    }
}

/// Chunks made on demand.
func chunks(
    of size: Int,
    count: Int,
    each: @escaping @Sendable () -> Void
) -> AsyncThrowingStream<[UInt8], any Error> {
    let left = Mutex(count)
    let chunk = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    return AsyncThrowingStream {
        each()
        let hasMore = left.withLock { left in
            left -= 1
            return left >= 0
        }
        return hasMore ? chunk : nil
    }
}

/// How much this process's resident memory grows at most.
private final class MemoryMeter: Sendable {
    private let start = MemoryMeter.resident()
    private let most = Mutex(0)

    func sample() {
        let now = Self.resident()
        most.withLock { $0 = max($0, now) }
    }

    var growth: Int { most.withLock { $0 } - start }

    private static func resident() -> Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")[1]
        return (pages.flatMap { Int($0) } ?? 0) * 4096
    }
}
