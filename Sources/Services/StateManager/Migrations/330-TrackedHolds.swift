extension StateManager {
    /// Version 330. A message that has to wait before anybody claims it is tracked from then on, so that it is found by its
    /// ids; whoever sends it claims it again, and says then what was not known before.
    static let createTrackedHolds = """
        CREATE INDEX held_messages_tracking ON held_messages (tracking_id) WHERE tracking_id IS NOT NULL;

        -- Keeps of a claim what the message was claimed without: words that people read, and of one that is not sent yet
        -- its file. keep_text stays for processes of the version before, which claim while this one starts.
        CREATE FUNCTION keep_content(tracking message_tracking, item jsonb)
        RETURNS message_tracking LANGUAGE plpgsql AS $$
        DECLARE
            result message_tracking := tracking;
            is_open boolean := tracking.status IN ('claimed', 'sending');
        BEGIN
            IF tracking.text IS NULL AND item ? 'text' OR is_open AND (
                tracking.media_type IS NULL AND item ? 'mediaType' OR tracking.media_url IS NULL AND item ? 'mediaUrl')
            THEN
                UPDATE message_tracking SET
                    text = coalesce(text, item ->> 'text'),
                    media_type = CASE WHEN is_open THEN coalesce(media_type, item ->> 'mediaType') ELSE media_type END,
                    media_url = CASE WHEN is_open THEN coalesce(media_url, item ->> 'mediaUrl') ELSE media_url END
                WHERE id = tracking.id RETURNING * INTO result;
            END IF;
            RETURN result;
        END $$;

        -- Takes the contract's `HoldRequest` and answers it with the tracked message, claimed where it was not.
        CREATE FUNCTION tracked(item jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
        DECLARE
            claim record;
            own message_tracking;
        BEGIN
            IF item ? 'trackingId' OR NOT item ? 'claim' THEN RETURN item - 'claim'; END IF;
            SELECT * INTO claim FROM claim_message(item -> 'claim');
            own := claim.tracking;
            -- Nobody's yet; the customer may be known when it goes on.
            IF claim.outcome = 'unresolved' AND own.events -> -1 ->> 'kind' = 'claimed' THEN
                UPDATE message_tracking SET status = 'claimed', failed_at = NULL, last_failure = NULL WHERE id = own.id
                    RETURNING * INTO own;
            END IF;
            own := keep_content(own, item -> 'claim');
            RETURN (item - 'claim') || jsonb_build_object('trackingId', own.id);
        END $$;
        """
}
