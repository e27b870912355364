extension StateManager {
    /// Version 344. The parts of a message that needed several messages on the other platform; their ids are the message's own
    /// with `#` and a number.
    static let findParts = """
        CREATE INDEX message_tracking_parts ON message_tracking (split_part(platform_message_id, '#', 1), tenant_id)
            WHERE position('#' IN platform_message_id) > 0;

        -- The other parts of a message, in no order.
        CREATE FUNCTION other_parts(m message_tracking) RETURNS SETOF message_tracking LANGUAGE plpgsql STABLE AS $$
        DECLARE
            whole text := split_part(m.platform_message_id, '#', 1);
        BEGIN
            RETURN QUERY SELECT t.* FROM message_tracking t
                WHERE split_part(t.platform_message_id, '#', 1) = whole AND t.tenant_id = m.tenant_id
                AND position('#' IN t.platform_message_id) > 0 AND t.direction = m.direction AND t.id <> m.id;
            IF whole <> m.platform_message_id THEN
                RETURN QUERY SELECT t.* FROM message_tracking t
                    WHERE t.tenant_id = m.tenant_id AND t.direction = m.direction AND t.platform_message_id = whole;
            END IF;
        END $$;

        -- Whether another part of an outbound message has failed; asked of its first part. Volatile, so that it sees what the
        -- statement that asks has recorded.
        CREATE FUNCTION has_failed_part(m message_tracking) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            RETURN EXISTS (SELECT FROM message_tracking t
                WHERE split_part(t.platform_message_id, '#', 1) = m.platform_message_id AND t.tenant_id = m.tenant_id
                AND position('#' IN t.platform_message_id) > 0 AND t.direction = m.direction
                AND t.status IN ('failed', 'dead_lettered'));
        END $$;
        """
}
