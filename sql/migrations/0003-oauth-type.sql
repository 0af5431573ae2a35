-- Room for the names of more providers: user_oauth.oauth_type takes 32 characters. Where it takes as many already nothing
-- happens, so it can be run again.

SET @scanlogin_mode = @@sql_mode;
-- Zero dates in the rows stay as they are.
SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION';
SET @scanlogin_sql = COALESCE((
  SELECT CONCAT('ALTER TABLE user_oauth MODIFY oauth_type varchar(32) CHARACTER SET ', CHARACTER_SET_NAME,
                ' COLLATE ', COLLATION_NAME, ' NOT NULL',
                IF(COLUMN_COMMENT <> '', CONCAT(' COMMENT ', QUOTE(COLUMN_COMMENT)), ''))
    FROM information_schema.COLUMNS
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_oauth' AND COLUMN_NAME = 'oauth_type'
     AND CHARACTER_MAXIMUM_LENGTH < 32), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
DEALLOCATE PREPARE scanlogin_step;
SET SESSION sql_mode = @scanlogin_mode;
