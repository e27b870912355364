import CCurl
import ContractRuntime

/// What a libcurl result says about the request, given whether any of it was sent.
struct ExchangeFailure {
    private let curlCode: CURLcode
    private let hasSent: Bool

    init(_ code: CURLcode, hasSent: Bool) {
        curlCode = code
        self.hasSent = hasSent
    }

    var code: TransportError.Code {
        if hasSent { return .outcomeUnknown }
        return switch curlCode {
        case CURLE_OPERATION_TIMEDOUT: .timedOutBeforeSending
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_NOT_BUILT_IN:
            .invalidRequest
        default: .notConnected
        }
    }

    /// The error, naming the origin and libcurl's reason; paths and queries may hold secrets and stay out.
    func error(origin: String) -> TransportError {
        TransportError(code, reason: "\(origin): \(String(cString: curl_easy_strerror(curlCode)))")
    }
}
