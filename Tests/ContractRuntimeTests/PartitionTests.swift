import ContractRuntime
import Testing

@Suite("Partition")
struct PartitionTests {
    @Test("a lane keeps its partition in every version of this software")
    func stable() {
        #expect(Partition.key(of: "", count: 8) == "6")
        #expect(Partition.key(of: "100200300400500:15550001234", count: 8) == "2")
        #expect(Partition.key(of: "100200300400500:15550001235", count: 8) == "3")
        #expect(Partition.key(of: "100200300400500:15550001235", count: 1) == "0")
    }

    @Test("lanes spread over all partitions")
    func spread() {
        var counts: [String: Int] = [:]
        for customer in 0..<8_000 { counts[Partition.key(of: "100:\(customer)", count: 8), default: 0] += 1 }
        #expect(counts.keys.sorted() == (0..<8).map(String.init))
        #expect(counts.values.allSatisfy { 900...1_100 ~= $0 })
    }
}
