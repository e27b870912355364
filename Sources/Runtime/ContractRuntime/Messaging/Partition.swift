/// Which queue of a partitioned channel a message goes to.
///
/// The publisher decides. A consistent-hash exchange would, too, but it forgets the places of its queues when the broker
/// restarts (RabbitMQ, plugin rabbitmq_consistent_hash_exchange, "Node restart effects"): the next messages of a
/// conversation then go to another queue and overtake those that wait in the first.
public enum Partition {
    /// The number of the partition in digits, which is the routing key of the messages and the binding key of the queue.
    ///
    /// The same in every process and every version of this software.
    /// - Parameters:
    ///   - lane: What has the same lane goes to the same partition.
    ///   - count: How many partitions there are, at least 1.
    public static func key(of lane: String, count: Int) -> String {
        precondition(count > 0, "A channel has a queue")
        // FNV-1a, then the last mixing step of MurmurHash3, without which the lowest bits say little.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in lane.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 33
        return String(hash % UInt64(count))
    }
}
