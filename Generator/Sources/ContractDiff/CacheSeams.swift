import ContractExchange
import ContractJSON
import ContractModel

extension SeamCollector {
    /// Cache entries: read and written by both versions as long as both run, and read by the new one ever after.
    mutating func collectCache(
        _ first: [(name: String, schema: SchemaID)], _ second: [(name: String, schema: SchemaID)]
    ) {
        for (name, schema) in first {
            guard let redis = old.graph[schema].extensions["x-redis"] else { continue }
            let other = second.first { $0.name == name }?.schema
            let location = old.graph[schema].location
            let before = entry(schema, redis, at: location, \.old)
            let after = other.flatMap { id in
                new.graph[id].extensions["x-redis"].map { entry(id, $0, at: new.graph[id].location, \.new) }
            }
            add(
                Seam(
                    title: "cache entry \(name)", location: other.map { new.graph[$0].location } ?? location,
                    old: before,
                    new: after, breaking: after == nil ? [] : [.narrowed, .widened]))
            guard let other else { continue }
            let times = (redis["ttlSeconds"], new.graph[other].extensions["x-redis"]?["ttlSeconds"])
            if times.0 != times.1 {
                note(
                    "cache entry \(name)", at: new.graph[other].location,
                    "lives \((times.1 ?? .null).jsonText) seconds instead of \((times.0 ?? .null).jsonText)")
            }
        }
        for (name, schema) in second where !first.contains(where: { $0.name == name }) {
            if new.graph[schema].extensions["x-redis"] != nil {
                note("cache entry \(name)", at: new.graph[schema].location, "is new")
            }
        }
    }

    private mutating func entry(
        _ schema: SchemaID, _ redis: JSONValue, at location: SourceLocation,
        _ side: WritableKeyPath<SeamCollector, VersionSchemas>
    ) -> SchemaID {
        var members: [(name: String, schema: SchemaID, isRequired: Bool)] = []
        for name in ["key", "kind", "field"] {
            guard let value = redis[name] else { continue }
            members.append((name, self[keyPath: side].exchanges.constant(value, at: location), true))
        }
        members.append(("value", schema, true))
        let id = self[keyPath: side].exchanges.object(members, at: location)
        self[keyPath: side].exchanges.close(id)
        return id
    }
}
