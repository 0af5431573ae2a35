-- One request may end several sessions: each has an entry of its own in user_audit, which names it. Where that is so
-- already nothing happens, so it can be run again.

SET @scanlogin_sql = IF((
  SELECT COUNT(*) FROM information_schema.COLUMNS
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_audit' AND COLUMN_NAME = 'session') = 0,
  'ALTER TABLE user_audit ADD COLUMN session varchar(32) NOT NULL DEFAULT '''' AFTER request', 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
-- The new key is there before the old one goes: a request that is recorded meanwhile meets one of them.
SET @scanlogin_sql = IF((
  SELECT COUNT(*) FROM information_schema.STATISTICS
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_audit' AND INDEX_NAME = 'user_audit_session_uniq') = 0,
  'ALTER TABLE user_audit ADD UNIQUE KEY user_audit_session_uniq (request, action, session)', 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
SET @scanlogin_sql = IF((
  SELECT COUNT(*) FROM information_schema.STATISTICS
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_audit' AND INDEX_NAME = 'user_audit_request_uniq') > 0,
  'ALTER TABLE user_audit DROP KEY user_audit_request_uniq', 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
DEALLOCATE PREPARE scanlogin_step;
