#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Starts the one thread of an engine; it owns the loop from then on.
enum EngineThread {
    /// Returns whether the thread was started.
    static func run(_ loop: EngineLoop) -> Bool {
        let context = Unmanaged.passRetained(loop)
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return false }
        defer { pthread_attr_destroy(&attributes) }
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        guard pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) == 0,
            pthread_create(&thread, &attributes, runLoop, context.toOpaque()) == 0
        else {
            context.release()
            return false
        }
        return true
    }
}

#if canImport(Darwin)
    private func runLoop(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        blockSignals()
        Unmanaged<EngineLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }
#else
    private func runLoop(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        blockSignals()
        Unmanaged<EngineLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }
#endif

/// Signals belong to other threads; above all SIGPIPE, which OpenSSL's writes raise when the server has hung up.
private func blockSignals() {
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
}
