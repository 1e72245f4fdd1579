-- move --
-- Into a stage, and its status with it; refused where there is no such order or stage: MX005
WITH before AS (
  SELECT id, status, stage_id FROM orders WHERE id = %(order_id)s FOR UPDATE
), target AS (
  SELECT stage.id, stage.meaning
    FROM before
    LEFT JOIN pipeline_stages own ON own.id = before.stage_id
    JOIN pipeline_stages stage
      ON stage.id = %(stage_id)s
      OR stage.meaning = %(meaning)s AND stage.pipeline_id = own.pipeline_id
   ORDER BY stage.position
   LIMIT 1
), moved AS (
  UPDATE orders
     SET stage_id = target.id,
         status = CASE target.meaning WHEN 'unconfirmed' THEN 'provisional' WHEN 'lost' THEN 'cancelled'
                                      ELSE 'confirmed' END
    FROM target
   WHERE orders.id = %(order_id)s
  RETURNING orders.id, workspace_id, conversation_id, status, stage_id
), told AS (
  INSERT INTO domain_events (id, workspace_id, conversation_id, type, payload, occurred_at)
  SELECT event.id, moved.workspace_id, moved.conversation_id, event.type,
         jsonb_build_object('order_id', moved.id, 'stage_id', moved.stage_id), %(now)s
    FROM moved, before, (VALUES (%(event_ids)s[1]::uuid, 'order.updated'),
                                (%(event_ids)s[2]::uuid, 'order.confirmed')) AS event (id, type)
   WHERE event.type = 'order.updated' OR moved.status = 'confirmed' AND before.status <> 'confirmed'
)
SELECT raise_unless(EXISTS (SELECT FROM moved), 'MX005', 'no such order or stage');

-- track --
-- Who carries it and under which number
WITH tracked AS (
  UPDATE orders
     SET carrier = %(carrier)s, tracking_number = %(tracking_number)s
   WHERE id = %(order_id)s
  RETURNING id, workspace_id, conversation_id
), told AS (
  INSERT INTO domain_events (id, workspace_id, conversation_id, type, payload, occurred_at)
  SELECT %(event_id)s, workspace_id, conversation_id, 'order.updated', jsonb_build_object('order_id', id), %(now)s
    FROM tracked
)
SELECT raise_unless(EXISTS (SELECT FROM tracked), 'MX005', 'no such order');
