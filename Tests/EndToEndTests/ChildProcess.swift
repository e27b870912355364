import Foundation
import Glibc
import Testing

/// A process that a test starts and may kill. It belongs to the process group of the tests, so that whatever ends them ends it.
struct ChildProcess: Sendable, Hashable {
    let pid: pid_t

    /// Starts an executable; what it prints is appended to the log.
    static func launch(
        _ path: String, _ arguments: [String], environment: [String: String], log: URL
    ) throws -> ChildProcess {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The threads that run tasks block signals; a process that inherits this never learns of SIGTERM.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignal = sigset_t()
        sigemptyset(&noSignal)
        posix_spawnattr_setsigmask(&attributes, &noSignal)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var argumentVector = ([path] + arguments).map { strdup($0) } + [nil]
        var environmentVector = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argumentVector + environmentVector { free(pointer) } }
        var pid = pid_t()
        let result = posix_spawn(&pid, path, &actions, &attributes, &argumentVector, &environmentVector)
        try #require(result == 0, "\(path) can't be started: \(String(cString: strerror(result)))")
        return ChildProcess(pid: pid)
    }

    func signal(_ signal: CInt) { kill(pid, signal) }

    /// The status once the process has ended (as of `waitpid`), which is told once; nil as long as it runs.
    func endStatus() -> CInt? {
        var status: CInt = 0
        return waitpid(pid, &status, WNOHANG) == 0 ? nil : status
    }

    /// Waits for the end.
    /// - Returns: The status, as of `waitpid`.
    @discardableResult
    func ended() async throws -> CInt {
        while true {
            if let status = endStatus() { return status }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
