import ContractRuntime

/// A step of the demonstration did not get through.
struct DemoFailure: Error {
    /// What was waited for, as a hop: `Meta → gateway`.
    let hop: String
    /// What is known about where it stopped, and where to look.
    let reason: String

    /// The refusal of one of our own services or of a simulator.
    static func refused(_ hop: String, _ answer: Any) -> DemoFailure {
        DemoFailure(hop: hop, reason: "unexpected answer: \(String(describing: answer).prefix(400))")
    }
}

extension DemoFailure {
    /// Runs a call and says which hop it was if it fails.
    static func naming<Value>(
        _ hop: String, _ call: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await call()
        } catch let failure as DemoFailure {
            throw failure
        } catch ClientError.transport(let error) {
            throw DemoFailure(hop: hop, reason: "\(error.code.rawValue): \(error.reason)")
        } catch let error as ClientError {
            throw DemoFailure(hop: hop, reason: "the answer breaks its contract: \(error)")
        }
    }
}
