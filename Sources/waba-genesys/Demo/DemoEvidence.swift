import Cache
import ContractJSON
import ContractRuntime
import Database
import ObjectStorage

/// Reads what the demonstration left in the stores and in the broker. Reads only.
struct DemoEvidence: Sendable {
    /// The installation's database.
    let database: DatabasePool
    /// The installation's cache.
    let cache: RedisCache
    /// The installation's object storage.
    let storage: S3Storage
    /// Buckets to list.
    var buckets = ["webhooks-inbound", "webhooks-outbound", "media-inbound", "media-outbound"]
    /// RabbitMQ's management API, with the credentials to read it.
    let management: any ClientTransport
    let managementUser: String
    let managementPassword: String

    /// The rows of the four tables that belong to a tenant, the newest first.
    func tables(tenant id: String) async throws -> [(title: String, table: TextTable)] {
        let statements: [(String, Statement)] = [
            (
                "tenants",
                Statement(
                    """
                    SELECT id, name, phone_number_id, genesys_integration_id, status FROM tenants WHERE id = $1
                    """, [.uuid(id)])
            ),
            (
                "tenant_credentials (encrypted)",
                Statement(
                    """
                    SELECT tenant_id, credential_type, left(credentials::text, 40) AS credentials
                    FROM tenant_credentials WHERE tenant_id = $1 ORDER BY credential_type
                    """, [.uuid(id)])
            ),
            (
                "conversation_mappings",
                Statement(
                    """
                    SELECT wa_id, conversation_id, contact_name, created_at::timestamptz(0)::text AS created_at,
                        last_activity_at::timestamptz(0)::text AS last_activity_at
                    FROM conversation_mappings WHERE tenant_id = $1 ORDER BY last_activity_at DESC LIMIT 10
                    """, [.uuid(id)])
            ),
            (
                "message_tracking",
                Statement(
                    """
                    SELECT direction, status, conversation_id, genesys_message_id, meta_message_id, media_type
                    FROM message_tracking WHERE tenant_id = $1 ORDER BY created_at DESC LIMIT 10
                    """, [.uuid(id)])
            ),
        ]
        var tables: [(String, TextTable)] = []
        for (title, statement) in statements {
            let result = try await database.query(statement)
            var table = TextTable(result.columns)
            for row in result {
                table.add(try result.columns.map { try row.textOptional($0) ?? "–" })
            }
            tables.append((title, table))
        }
        return tables
    }

    /// The relay's keys in Redis with their kinds and seconds to live.
    func keys() async throws -> TextTable {
        let script = """
            local found = {}
            for _, pattern in ipairs(ARGV) do
                local cursor = '0'
                repeat
                    local page = redis.call('SCAN', cursor, 'MATCH', pattern, 'COUNT', 500)
                    cursor = page[1]
                    for _, key in ipairs(page[2]) do
                        if #found < 50 then
                            table.insert(found, {key, redis.call('TYPE', key)['ok'], redis.call('TTL', key)})
                        end
                    end
                until cursor == '0'
            end
            return found
            """
        let reply = try await cache.eval(
            script, keys: [], arguments: ["tenant:*", "mapping:*", "phone:*", "integration:*"])
        let rows = (reply.array ?? []).compactMap { entry -> [String]? in
            guard let parts = entry.array, parts.count == 3 else { return nil }
            return [Self.text(parts[0]), Self.text(parts[1]), Self.text(parts[2]) + " s"]
        }
        var table = TextTable(["key", "kind", "time to live"], maximumWidth: 90)
        for row in rows.sorted(by: { $0[0] < $1[0] }) { table.add(row) }
        return table
    }

    private static func text(_ reply: RedisReply) -> String {
        switch reply {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let text): text
        case .integer(let number): String(number)
        default: "–"
        }
    }

    /// A tenant's objects in each bucket, the last three by key, and so of the newest day.
    func objects(tenant id: String) async throws -> TextTable {
        var table = TextTable(["bucket", "bytes", "key"], maximumWidth: 100)
        for bucket in buckets {
            let page = try await storage.list(bucket: bucket, prefix: "\(id)/")
            if page.objects.isEmpty { table.add([bucket, "0", "–"]) }
            for object in page.objects.suffix(3) { table.add([bucket, "\(object.size)", object.key]) }
        }
        return table
    }

    /// The queues with what waits in them and what went through.
    ///
    /// RabbitMQ gathers its counters at intervals, so they are read until all that was published is accounted for and nothing
    /// changes any more, for 20 s at the most.
    func queues() async throws -> TextTable {
        let deadline = ContinuousClock.now + .seconds(20)
        var queues = try await queueStatistics()
        while ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(1_200))
            let before = queues
            queues = try await queueStatistics()
            if queues == before, queues.isAccountedFor { break }
        }
        var table = TextTable(["queue", "ready", "unacknowledged", "consumers", "published", "acknowledged"])
        for queue in queues {
            // Of the partitioned queues only those that were used.
            if queue.published == 0, queue.name.last?.isNumber == true, queue.messages == 0 { continue }
            table.add([
                queue.name, "\(queue.ready)", "\(queue.unacknowledged)", "\(queue.consumers)", "\(queue.published)",
                "\(queue.acknowledged)",
            ])
        }
        return table
    }

    private func queueStatistics() async throws -> [QueueStatistics] {
        let credentials = Base64.encode(Array("\(managementUser):\(managementPassword)".utf8))
        let request = ContractRequest(
            method: .get, target: "/api/queues", headers: [.authorization: "Basic \(credentials)"])
        let response = try await management.send(request, options: RequestOptions(responseBodyLimit: 16 << 20))
        guard response.status == 200, case .bytes(let bytes) = response.body,
            let queues = try JSONValue(parsing: bytes, limits: JSONLimits(maximumBytes: 16 << 20)).array
        else { throw DemoFailure(hop: "RabbitMQ management", reason: "answered \(response.status)") }
        return queues.map(QueueStatistics.init)
    }
}
