import CCurl
import Glibc

/// The sockets that libcurl waits for, in one `epoll`, and the moment at which it wants to be called without any news.
///
/// `curl_multi_perform` goes over every exchange at each turn and asks the kernel about each of its sockets; this way a
/// turn costs what has news. For the engine's thread only, but for ``wake()``, which any thread may call.
final class SocketWatch: @unchecked Sendable {
    /// A socket with news, in libcurl's words: a set of `CURL_CSELECT_…`.
    struct News {
        let socket: curl_socket_t
        let mask: Int32
    }

    /// When libcurl wants to be called; nil: only for news.
    private(set) var timer: ContinuousClock.Instant?
    private let epoll: Int32
    private let wakeDescriptor: Int32
    private var watched: Set<curl_socket_t> = []
    private var events = [epoll_event](repeating: epoll_event(), count: 256)

    /// Nil if the process has no descriptor left.
    init?() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeDescriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: wakeDescriptor))
        guard epoll >= 0, wakeDescriptor >= 0, epoll_ctl(epoll, EPOLL_CTL_ADD, wakeDescriptor, &event) == 0 else {
            return nil
        }
    }

    deinit {
        for descriptor in [epoll, wakeDescriptor] where descriptor >= 0 { close(descriptor) }
    }

    /// Ends the wait of the engine's thread, or its next one.
    func wake() {
        // Fails only if the counter would overflow, and then the descriptor is readable already.
        _ = eventfd_write(wakeDescriptor, 1)
    }

    /// Has libcurl tell this object what to wait for.
    func attach(to multi: UnsafeMutableRawPointer) -> CURLMcode {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let code = ccurl_multi_set_socket_callback(multi, watchSocket, context)
        return code == CURLM_OK ? ccurl_multi_set_timer_callback(multi, noteTimer, context) : code
    }

    /// Waits until a socket has news, somebody wakes the thread, or the time has passed.
    func wait(milliseconds: Int32) -> [News] {
        let count = epoll_wait(epoll, &events, Int32(events.count), milliseconds)
        // Less than 0 is a signal: a turn without news.
        guard count > 0 else { return [] }
        return events.prefix(Int(count)).compactMap { event in
            guard event.data.fd != wakeDescriptor else {
                var count: eventfd_t = 0
                eventfd_read(wakeDescriptor, &count)
                return nil
            }
            return News(socket: event.data.fd, mask: Self.mask(of: event.events))
        }
    }

    /// Whether libcurl's moment has come; it is asked for once.
    func takeTimer(now: ContinuousClock.Instant) -> Bool {
        guard let timer, timer <= now else { return false }
        self.timer = nil
        return true
    }

    fileprivate func setTimer(milliseconds: Int) {
        timer = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
    }

    fileprivate func watch(_ socket: curl_socket_t, for wish: Int32) {
        guard wish != CURL_POLL_REMOVE else {
            watched.remove(socket)
            // Fails where the socket is closed already, and the kernel has forgotten it then.
            _ = epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nil)
            return
        }
        var wanted: UInt32 = 0
        if wish & CURL_POLL_IN != 0 { wanted |= EPOLLIN.rawValue }
        if wish & CURL_POLL_OUT != 0 { wanted |= EPOLLOUT.rawValue }
        var event = epoll_event(events: wanted, data: epoll_data_t(fd: socket))
        let isKnown = !watched.insert(socket).inserted
        // A number that was closed behind this object's back is a socket anew.
        if !isKnown || epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) != 0 {
            _ = epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event)
        }
    }

    private static func mask(of events: UInt32) -> Int32 {
        var mask: Int32 = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
        if events & EPOLLERR.rawValue != 0 { mask |= CURL_CSELECT_ERR }
        return mask
    }
}

/// libcurl calls it on the engine's thread, with the ``SocketWatch`` that outlives the multi handle.
private func watchSocket(
    _ easy: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ wish: Int32, _ context: UnsafeMutableRawPointer?,
    _ own: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return -1 }
    Unmanaged<SocketWatch>.fromOpaque(context).takeUnretainedValue().watch(socket, for: wish)
    return 0
}

/// As ``watchSocket(_:_:_:_:_:)``.
private func noteTimer(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return -1 }
    Unmanaged<SocketWatch>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds: milliseconds)
    return 0
}
