import CCurl

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

// What libcurl calls, always on the engine's thread and with an `Exchange` that the engine holds as context.

/// What every request says it comes from.
let userAgent = "waba-genesys/0.1.0"

func receiveHeader(_ line: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?)
    -> Int
{
    guard let line, let context else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: line, count: size * count)
    return Exchange.of(context: context).takeHeader(bytes) ? bytes.count : 0
}

func receiveBody(_ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?)
    -> Int
{
    guard let data, let context else { return 0 }
    return Exchange.of(context: context).takeBody(UnsafeRawBufferPointer(start: data, count: size * count))
}

func sendBody(_ target: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?)
    -> Int
{
    guard let target, let context else { return Int(CURL_READFUNC_ABORT) }
    return Exchange.of(context: context).readBody(
        into: UnsafeMutableRawBufferPointer(start: target, count: size * count)
    )
}

func seekBody(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
    guard let context, origin == SEEK_SET, Exchange.of(context: context).rewindBody(to: Int(offset)) else {
        return Int32(CURL_SEEKFUNC_FAIL)
    }
    return Int32(CURL_SEEKFUNC_OK)
}

func allowConnection(
    _ context: UnsafeMutableRawPointer?,
    _ remoteAddress: UnsafeMutablePointer<CChar>?,
    _ localAddress: UnsafeMutablePointer<CChar>?,
    _ remotePort: Int32,
    _ localPort: Int32
) -> Int32 {
    guard let context else { return Int32(CURL_PREREQFUNC_ABORT) }
    let remote = remoteAddress.flatMap { IPAddress(String(cString: $0)) }
    return Exchange.of(context: context).mayUseConnection(to: remote)
        ? Int32(CURL_PREREQFUNC_OK) : Int32(CURL_PREREQFUNC_ABORT)
}

func openSocket(
    _ context: UnsafeMutableRawPointer?,
    _ purpose: curlsocktype,
    _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let context, let address, let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return -1 }
    // libcurl declares `addr` as the generic head of an address; `addrlen` bytes lie there.
    let remote = IPAddress(
        socketAddress: UnsafeRawPointer(address) + offset,
        length: Int(address.pointee.addrlen)
    )
    guard Exchange.of(context: context).mayConnect(to: remote) else { return -1 }
    #if canImport(Darwin)
        return socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
    #else
        return socket(
            address.pointee.family,
            address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.protocol
        )
    #endif
}
