-- keep_token --
-- The execution waits under this token; a row that moved keeps none
UPDATE timers
   SET task_token = CASE WHEN status = 'armed' AND generation = %(generation)s THEN %(token)s
                         ELSE task_token END
 WHERE id = %(id)s
RETURNING *;

-- get --
SELECT * FROM timers WHERE id = %(id)s;

-- armed --
SELECT * FROM timers WHERE status = 'armed' ORDER BY due_at;

-- restart --
-- One more execution was lost; past the limit a person must look
UPDATE timers
   SET restarts = restarts + 1,
       task_token = NULL,
       status = CASE WHEN restarts + 1 > %(limit)s THEN 'given_up' ELSE status END,
       end_reason = CASE WHEN restarts + 1 > %(limit)s THEN 'executions_lost' END
 WHERE id = %(id)s AND status = 'armed' AND restarts = %(restarts)s
RETURNING *;
