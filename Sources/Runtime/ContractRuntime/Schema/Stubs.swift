/// stub
public struct ContractPattern: Sendable { public let source: String
  /// stub
  public init(_ s: String) { source = s }
  /// stub
  public func matches(_ t: String) -> Bool { true } }
/// stub
public enum ContractFormat { /// stub
 public static func isValid(_ f: String, _ v: String) -> Bool? { true } }
