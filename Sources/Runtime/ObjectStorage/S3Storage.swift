public import ContractRuntime
import HTTPTransport
import HTTPTypes

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Objects in the buckets of an S3 server.
///
/// Every call can be repeated without a second effect, so failures that may pass (connection, 5xx, 429) are tried again, a few
/// times and with growing pauses, before they are thrown. Only a streamed upload's source is read once; its parts are
/// kept until they are stored.
public struct S3Storage: Sendable {
    let configuration: S3Configuration
    let endpoint: WebAddress
    let publicEndpoint: WebAddress
    let signer: RequestSigner
    private let transport: any ClientTransport
    private let environment: Environment

    /// What the storage takes from the world around it.
    public struct Environment: Sendable {
        /// Seconds since 1970, for signatures.
        public var now: @Sendable () -> Int64
        /// What pauses between tries are measured with.
        public var clock: any Clock<Duration>
        /// 0 to 1, for the length of pauses.
        public var jitter: @Sendable () -> Double

        /// Creates an environment; the system's own by default.
        public init(
            now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) },
            clock: any Clock<Duration> = ContinuousClock(),
            jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }
        ) {
            self.now = now
            self.clock = clock
            self.jitter = jitter
        }
    }

    /// Creates a storage on a transport of its own.
    /// - Throws: ``StorageError/Code/invalidRequest`` if an endpoint is not a web address.
    public init(
        configuration: S3Configuration,
        engine: CurlEngine,
        environment: Environment = Environment()
    ) throws(StorageError) {
        let transport: CurlTransport
        do {
            transport = try CurlTransport(baseURL: configuration.endpoint, engine: engine)
        } catch {
            throw StorageError(error, operation: "configure \(configuration.endpoint)")
        }
        try self.init(configuration: configuration, transport: transport, environment: environment)
    }

    /// Creates a storage on any transport whose base URL is the configuration's endpoint.
    /// - Throws: ``StorageError/Code/invalidRequest`` if an endpoint is not a web address.
    public init(
        configuration: S3Configuration,
        transport: any ClientTransport,
        environment: Environment = Environment()
    ) throws(StorageError) {
        self.configuration = configuration
        self.transport = transport
        self.environment = environment
        endpoint = try Self.origin(configuration.endpoint)
        publicEndpoint = try Self.origin(configuration.publicEndpoint)
        signer = RequestSigner(
            accessKeyID: configuration.accessKeyID,
            secretAccessKey: configuration.secretAccessKey,
            region: configuration.region,
            service: "s3"
        )
    }

    private static func origin(_ url: String) throws(StorageError) -> WebAddress {
        do throws(TransportError) {
            let address = try WebAddress(url)
            guard address.target == "/" else {
                throw TransportError(.invalidRequest, reason: "an S3 endpoint must not have a path")
            }
            return address
        } catch {
            throw StorageError(error, operation: "configure \(url)")
        }
    }

    var signingTime: UTCTimestamp { UTCTimestamp(secondsSince1970: environment.now()) }

    // MARK: One call

    /// Signs and sends a call, again if that may help, and returns the first answer with a 2xx status.
    func perform(_ call: S3Call) async throws(StorageError) -> ContractResponse {
        try call.validate()
        let retries = RetryPolicy(attemptLimit: configuration.attemptLimit)
        var attempt = 1
        while true {
            do throws(StorageError) {
                return try await performOnce(call)
            } catch {
                guard error.isRetryable, let pause = retries.pause(after: attempt, jitter: environment.jitter()) else {
                    throw error
                }
                do {
                    try await environment.clock.sleep(for: pause)
                } catch {
                    throw StorageError(.cancelled, operation: call.operation, reason: "the caller cancelled")
                }
                attempt += 1
            }
        }
    }

    private func performOnce(_ call: S3Call) async throws(StorageError) -> ContractResponse {
        let request = call.signed(by: signer, host: endpoint.authority, at: signingTime)
        let start = ContinuousClock.now
        let options = RequestOptions(
            timeout: call.timeout,
            responseBodyLimit: S3Call.documentLimit,
            streamsResponse: call.streamsResponse
        )
        let response: ContractResponse
        do throws(TransportError) {
            response = try await transport.send(request, options: options)
        } catch {
            if error.code == .outcomeUnknown, .now - start >= call.timeout {
                throw StorageError(.timedOut, operation: call.operation, reason: error.reason)
            }
            throw StorageError(error, operation: call.operation)
        }
        guard !(200..<300).contains(response.status) else { return response }
        let document = try? await XMLReader.read(response.body.collect(limit: S3Call.documentLimit))
        throw StorageError(status: response.status, document: document, operation: call.operation)
    }

    /// Performs a call whose answer is an XML document with one of the roots given.
    func document(_ roots: [String], from call: S3Call) async throws(StorageError) -> XMLElement {
        let response = try await perform(call)
        let document: XMLElement
        do {
            document = try XMLReader.read(await response.body.collect(limit: S3Call.documentLimit))
        } catch {
            throw StorageError(.invalidResponse, operation: call.operation, reason: "\(error)")
        }
        // Completing a multipart upload may fail after its 200 has been sent.
        if document.name == "Error" { throw StorageError(status: 500, document: document, operation: call.operation) }
        guard roots.contains(document.name) else {
            throw StorageError(.invalidResponse, operation: call.operation, reason: "\(document.name) for \(roots[0])")
        }
        return document
    }
}
