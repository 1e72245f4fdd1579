-- keep_token --
-- The execution waits under this token; a row that waits for something else keeps its own
UPDATE timers
   SET task_token = CASE WHEN as_known THEN %(token)s ELSE task_token END,
       rang_at = CASE WHEN as_known THEN coalesce(%(rang_at)s, rang_at) ELSE rang_at END
  FROM (SELECT id AS known_id,
               status = 'armed' AND generation = %(generation)s AND level = %(level)s
               AND due_at = %(due_at)s AS as_known
          FROM timers WHERE id = %(id)s) AS known
 WHERE id = known_id
RETURNING *;

-- armed --
SELECT * FROM timers WHERE status = 'armed' ORDER BY due_at LIMIT %(limit)s;

-- waiting --
SELECT * FROM timers WHERE session_id = %(session_id)s AND status IN ('armed', 'paused');

-- restart --
-- One more execution was lost; past the limit a person must look
UPDATE timers
   SET restarts = restarts + 1,
       task_token = NULL,
       status = CASE WHEN restarts + 1 > %(limit)s THEN 'given_up' ELSE status END,
       end_reason = CASE WHEN restarts + 1 > %(limit)s THEN 'executions_lost' END
 WHERE id = %(id)s AND status = 'armed' AND restarts = %(restarts)s
RETURNING *;

-- pause --
-- Time stands still for what waits in the session
UPDATE timers
   SET status = 'paused', paused_at = %(now)s
 WHERE session_id = %(session_id)s AND status = 'armed'
RETURNING *;

-- resume --
-- It goes on from where it stood, as a new generation: executions of the old one are void
UPDATE timers
   SET status = 'armed', due_at = due_at + (%(now)s - paused_at), paused_at = NULL, task_token = NULL,
       restarts = 0,
       generation = 1 + (SELECT max(generation) FROM timers of_session WHERE session_id = %(session_id)s)
 WHERE session_id = %(session_id)s AND status = 'paused'
RETURNING *;
