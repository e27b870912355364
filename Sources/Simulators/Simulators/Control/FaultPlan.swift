import SimulatorContract

/// The faults that are left, in the order of injection.
actor FaultPlan {
    /// Most faults at the same time (simulator.yaml, FaultList).
    private static let maximumFaults = 100

    private let fraction: @Sendable () -> Double
    private var faults: [Fault] = []

    init(_ faults: [Fault] = [], fraction: @escaping @Sendable () -> Double) {
        self.faults = faults
        self.fraction = fraction
    }

    /// Adds a fault.
    /// - Returns: Whether there was room for it.
    func inject(_ fault: Fault) -> Bool {
        guard faults.count < Self.maximumFaults else { return false }
        faults.append(fault)
        return true
    }

    /// The fault that a call meets, if it meets one: the first for its operation that is not used up, with its probability.
    func take(for operation: String) -> Fault? {
        guard let index = faults.firstIndex(where: { $0.operation == "*" || $0.operation == operation }) else {
            return nil
        }
        let fault = faults[index]
        guard fault.probability >= 1 || fraction() < fault.probability else { return nil }
        faults[index].count -= 1
        if faults[index].count == 0 { faults.remove(at: index) }
        return fault
    }

    /// The faults that are left.
    var left: [Fault] { faults }

    /// Removes all faults.
    func clear() { faults = [] }
}

extension Fault {
    var operation: String {
        switch self {
        case .status(let fault): fault.operation
        case .delay(let fault): fault.operation
        case .reset(let fault): fault.operation
        case .throttle(let fault): fault.operation
        }
    }

    var probability: Double {
        switch self {
        case .status(let fault): fault.probability
        case .delay(let fault): fault.probability
        case .reset(let fault): fault.probability
        case .throttle(let fault): fault.probability
        }
    }

    /// How many calls it still meets.
    var count: Int {
        get {
            switch self {
            case .status(let fault): fault.count
            case .delay(let fault): fault.count
            case .reset(let fault): fault.count
            case .throttle(let fault): fault.count
            }
        }
        set {
            switch self {
            case .status(var fault):
                fault.count = newValue
                self = .status(fault)
            case .delay(var fault):
                fault.count = newValue
                self = .delay(fault)
            case .reset(var fault):
                fault.count = newValue
                self = .reset(fault)
            case .throttle(var fault):
                fault.count = newValue
                self = .throttle(fault)
            }
        }
    }
}
