-- When a timer's clock rang, beside when a turn acted on it: a late clock and a busy house are told apart.
ALTER TABLE timers ADD COLUMN rang_at timestamptz;
