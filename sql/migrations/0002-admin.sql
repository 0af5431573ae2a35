-- What the admin endpoints need beside the two tables: an index for each order a list can have and for each beginning
-- that can be searched for, and the table that remembers who did what. For a database that an earlier schema.sql made,
-- or the Django module; for the latter run 0001-from-django.sql first.
--
-- It looks first, stops with "STOPPED, nothing was changed" where somebody has to decide, and can be run again, also
-- after it was interrupted.

SET NAMES utf8mb4 COLLATE utf8mb4_general_ci;
-- Zero dates in the rows stay as they are.
SET @scanlogin_mode = @@sql_mode, @scanlogin_concat = @@group_concat_max_len;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION';
SET SESSION group_concat_max_len = 1000000;

DROP TEMPORARY TABLE IF EXISTS scanlogin_wanted, scanlogin_problem;
CREATE TEMPORARY TABLE scanlogin_wanted (
  place   int          NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tab     varchar(64)  NOT NULL,
  name    varchar(64)  NOT NULL,
  columns varchar(250) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_general_ci;
INSERT INTO scanlogin_wanted (tab, name, columns) VALUES
  -- One for each order that the list of users can have, and for what it can be searched and filtered by.
  ('user_user', 'user_user_nickname_idx', 'nickname'),
  ('user_user', 'user_user_phone_number_idx', 'phone_number'),
  ('user_user', 'user_user_date_joined_idx', 'date_joined'),
  ('user_user', 'user_user_last_login_idx', 'last_login'),
  ('user_user', 'user_user_is_active_idx', 'is_active'),
  ('user_user', 'user_user_is_staff_idx', 'is_staff'),
  ('user_oauth', 'user_oauth_oauth_id_idx', 'oauth_id,user_id'),
  ('user_oauth', 'user_oauth_created_time_idx', 'created_time'),
  ('user_oauth', 'user_oauth_last_mod_time_idx', 'last_mod_time');

CREATE TEMPORARY TABLE scanlogin_problem (
  place      int  NOT NULL AUTO_INCREMENT PRIMARY KEY,
  problem    text NOT NULL,
  what_to_do text NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_general_ci;

-- With @scanlogin_early 0001 has yet to run, and sees to that.
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT('no InnoDB table ', w.tab, ' with columns ', GROUP_CONCAT(w.columns ORDER BY w.place)),
         'run 0001-from-django.sql first, on the same database'
    FROM scanlogin_wanted w
   WHERE @scanlogin_early IS NULL
     AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS c JOIN information_schema.TABLES t
                         ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
                      WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = w.tab AND t.ENGINE = 'InnoDB'
                        AND c.COLUMN_NAME = SUBSTRING_INDEX(w.columns, ',', 1))
   GROUP BY w.tab;
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT(w.tab, ' has a key ', w.name, ' on other columns than ', w.columns),
         CONCAT('ALTER TABLE ', w.tab, ' RENAME INDEX ', w.name, ' TO a name of your own')
    FROM scanlogin_wanted w
    JOIN information_schema.STATISTICS s ON s.TABLE_SCHEMA = DATABASE() AND s.TABLE_NAME = w.tab AND s.INDEX_NAME = w.name
   GROUP BY w.place, w.tab, w.name, w.columns
  HAVING GROUP_CONCAT(s.COLUMN_NAME ORDER BY s.SEQ_IN_INDEX) <> w.columns OR MAX(s.SUB_PART) IS NOT NULL;
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT 'there is another table user_audit', 'RENAME TABLE user_audit TO a name of your own'
    FROM information_schema.COLUMNS
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_audit'
  HAVING COUNT(*) > 0 AND COALESCE(SUM(COLUMN_NAME IN ('id', 'at', 'action', 'user_id', 'actor_id', 'actor_name', 'address',
                                                       'user_agent', 'request', 'detail')), 0) < 10;

SELECT problem, what_to_do FROM scanlogin_problem ORDER BY place;
SET @scanlogin_problems = (SELECT COUNT(*) FROM scanlogin_problem);
-- No value of this variable: the statement fails with the text in its message, and the client ends here.
SET SESSION completion_type = IF(@scanlogin_problems = 0, @@completion_type, CONCAT('STOPPED, nothing was changed. ',
  @scanlogin_problems, IF(@scanlogin_problems = 1, ' problem is', ' problems are'),
  ' listed above, with what to do; then run this file again'));

-- Changes begin here.
-- A key counts by its columns, whatever its name. COMPACT and REDUNDANT rows have no keys on texts of this length.
SET @scanlogin_sql = COALESCE((
  SELECT CONCAT('ALTER TABLE user_user ', GROUP_CONCAT('ADD KEY ', w.name, ' (', w.columns, ')' ORDER BY w.place SEPARATOR ', '),
                IF((SELECT ROW_FORMAT IN ('Dynamic', 'Compressed') FROM information_schema.TABLES
                     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_user'), '', ', ROW_FORMAT = DYNAMIC'))
    FROM scanlogin_wanted w
   WHERE @scanlogin_problems = 0 AND w.tab = 'user_user' AND w.columns NOT IN
     (SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) FROM information_schema.STATISTICS
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_user' AND INDEX_TYPE = 'BTREE'
       GROUP BY INDEX_NAME HAVING MAX(SUB_PART) IS NULL AND COUNT(COLUMN_NAME) = COUNT(*))), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
SET @scanlogin_sql = COALESCE((
  SELECT CONCAT('ALTER TABLE user_oauth ', GROUP_CONCAT('ADD KEY ', w.name, ' (', w.columns, ')' ORDER BY w.place SEPARATOR ', '),
                IF((SELECT ROW_FORMAT IN ('Dynamic', 'Compressed') FROM information_schema.TABLES
                     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_oauth'), '', ', ROW_FORMAT = DYNAMIC'))
    FROM scanlogin_wanted w
   WHERE @scanlogin_problems = 0 AND w.tab = 'user_oauth' AND w.columns NOT IN
     (SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) FROM information_schema.STATISTICS
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_oauth' AND INDEX_TYPE = 'BTREE'
       GROUP BY INDEX_NAME HAVING MAX(SUB_PART) IS NULL AND COUNT(COLUMN_NAME) = COUNT(*))), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

-- Who did what to whom: logins and their ends, and what admins change.
SET @scanlogin_sql = IF(@scanlogin_problems = 0, 'CREATE TABLE IF NOT EXISTS user_audit (
  id         bigint       NOT NULL AUTO_INCREMENT,
  at         datetime(6)  NOT NULL,
  action     varchar(20)  NOT NULL,
  -- No foreign keys: what was done outlives the user it was done to.
  user_id    bigint       NULL,
  actor_id   bigint       NULL,
  actor_name varchar(150) NOT NULL DEFAULT '''',
  address    varchar(64)  NOT NULL DEFAULT '''',
  user_agent varchar(256) NOT NULL DEFAULT '''',
  -- The id of the request, as the log has it: a transaction that is tried twice is remembered once.
  request    varchar(64)  NOT NULL,
  detail     varchar(8000) NOT NULL DEFAULT ''{}'',
  PRIMARY KEY (id),
  UNIQUE KEY user_audit_request_uniq (request, action),
  KEY user_audit_user_id_idx (user_id),
  KEY user_audit_actor_id_idx (actor_id),
  KEY user_audit_action_idx (action),
  KEY user_audit_at_idx (at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET = utf8mb4', 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

DEALLOCATE PREPARE scanlogin_step;
DROP TEMPORARY TABLE scanlogin_wanted, scanlogin_problem;
SET SESSION sql_mode = @scanlogin_mode, SESSION group_concat_max_len = @scanlogin_concat;
