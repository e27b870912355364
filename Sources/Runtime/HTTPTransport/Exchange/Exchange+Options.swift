import CCurl
import ContractRuntime
import HTTPTypes

extension Exchange {
    /// Bodies up to this size are copied and leave in one packet with the head, as far as they fit.
    private static let copiedBodyLimit = 64 << 10

    /// Sets the handle up; the first option that libcurl refuses ends it.
    func configure(idleConnectionSeconds: Int) -> CURLcode {
        var settings = HandleSettings(easy)
        let context = Unmanaged.passUnretained(self).toOpaque()
        settings.set(CURLOPT_PRIVATE, context)
        settings.set(CURLOPT_NOSIGNAL, 1)
        settings.set(CURLOPT_URL, plan.address.text)
        settings.set(CURLOPT_PATH_AS_IS, 1)
        settings.set(CURLOPT_PROTOCOLS_STR, "http,https")
        settings.set(CURLOPT_FOLLOWLOCATION, 0)
        settings.set(CURLOPT_USERAGENT, userAgent)
        // An address checked here must be the one that is connected to, so no proxy of the environment comes between.
        settings.set(CURLOPT_PROXY, "")
        settings.set(CURLOPT_CONNECTTIMEOUT_MS, Int(plan.configuration.connectTimeout.roundedUpMilliseconds))
        settings.set(CURLOPT_MAXAGE_CONN, idleConnectionSeconds)
        let version = plan.configuration.allowsHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
        settings.set(CURLOPT_HTTP_VERSION, version)
        settings.set(CURLOPT_SSL_VERIFYPEER, 1)
        settings.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let authorities = plan.configuration.certificateAuthorities { settings.set(CURLOPT_CAINFO, authorities) }
        settings.check(ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION, receiveHeader))
        settings.set(CURLOPT_HEADERDATA, context)
        settings.check(ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION, receiveBody))
        settings.set(CURLOPT_WRITEDATA, context)
        settings.check(ccurl_set_opensocket_callback(easy, openSocket))
        settings.set(CURLOPT_OPENSOCKETDATA, context)
        settings.check(ccurl_set_prereq_callback(easy, allowConnection))
        settings.set(CURLOPT_PREREQDATA, context)
        configureBody(&settings, context)
        settings.check(addHeaders() ? CURLE_OK : CURLE_OUT_OF_MEMORY)
        settings.set(CURLOPT_HTTPHEADER, headers)
        return settings.result
    }

    private func configureBody(_ settings: inout HandleSettings, _ context: UnsafeMutableRawPointer) {
        switch plan.body {
        case .none where plan.method == .head:
            settings.set(CURLOPT_NOBODY, 1)
            return
        case .none where plan.method == .post || plan.method == .put || plan.method == .patch:
            settings.check(ccurl_copy_body(easy, "", 0))
        case .none:
            settings.set(CURLOPT_HTTPGET, 1)
        case .bytes(let bytes) where bytes.count <= Self.copiedBodyLimit:
            settings.check(bytes.withUnsafeBytes { ccurl_copy_body(easy, $0.baseAddress, curl_off_t($0.count)) })
        case .bytes(let bytes):
            configureUpload(&settings, context, length: bytes.count)
            settings.check(ccurl_set_seek_callback(easy, seekBody))
            settings.set(CURLOPT_SEEKDATA, context)
        case .pipe(_, let length):
            configureUpload(&settings, context, length: length)
        }
        settings.set(CURLOPT_CUSTOMREQUEST, plan.method.rawValue)
    }

    private func configureUpload(_ settings: inout HandleSettings, _ context: UnsafeMutableRawPointer, length: Int?) {
        settings.set(CURLOPT_UPLOAD, 1)
        settings.check(ccurl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(length ?? -1)))
        settings.check(ccurl_set_data_callback(easy, CURLOPT_READFUNCTION, sendBody))
        settings.set(CURLOPT_READDATA, context)
    }

    private func addHeaders() -> Bool {
        // An empty value takes back what libcurl would add by itself: waiting for a 100, and a form's content type.
        guard addHeader("Expect:") else { return false }
        if plan.headers[.contentType] == nil, !addHeader("Content-Type:") { return false }
        for field in plan.headers {
            // Framing is libcurl's: it knows what it sends.
            if field.name == .contentLength || field.name == .transferEncoding { continue }
            let line = field.value.isEmpty ? "\(field.name.rawName);" : "\(field.name.rawName): \(field.value)"
            guard addHeader(line) else { return false }
        }
        return true
    }
}

/// Sets options and remembers the first refusal.
private struct HandleSettings {
    private(set) var result = CURLE_OK
    private let easy: UnsafeMutableRawPointer

    init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }

    mutating func check(_ code: CURLcode) {
        if result == CURLE_OK { result = code }
    }

    mutating func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(easy, option, value)) }

    mutating func set(_ option: CURLoption, _ value: String) { check(ccurl_set_string(easy, option, value)) }

    mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
        check(ccurl_set_pointer(easy, option, value))
    }
}
