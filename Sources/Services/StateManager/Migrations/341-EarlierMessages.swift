extension StateManager {
    /// Version 341. A message waits behind the held ones of its lane that came before it, and behind no others.
    ///
    /// A message with a file may be held by the service that accepts webhooks, while one that came before it is still on its
    /// way to be claimed. The relay's time of receipt, which both have, tells which of them was first. A held message
    /// that nobody tracks keeps back whatever is claimed after it.
    static let letEarlierMessagesPass = """
        CREATE OR REPLACE FUNCTION must_wait(tenant uuid, receiver text, item jsonb) RETURNS boolean
        LANGUAGE plpgsql STABLE AS $$
        DECLARE
            own bigint := item ->> 'heldId';
        BEGIN
            RETURN EXISTS (
                SELECT 1 FROM tenant_holds h WHERE h.tenant_id = tenant AND h.platform = receiver
                AND h.line IN ('', line_of(item))
                AND (own IS NULL OR h.trial_id IS DISTINCT FROM own
                    AND NOT EXISTS (SELECT 1 FROM held_messages w WHERE w.id = own AND w.is_released)))
            OR item ? 'lane' AND EXISTS (
                SELECT 1 FROM held_messages w LEFT JOIN message_tracking t ON t.id = w.tracking_id
                WHERE w.tenant_id = tenant AND w.lane = item ->> 'lane'
                AND CASE WHEN own IS NULL
                    THEN coalesce(t.received_at <= (item ->> 'receivedAt')::timestamptz, true)
                    ELSE w.id < own END);
        END $$;
        """
}
