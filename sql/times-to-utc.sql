-- Moves the times that a Django with USE_TZ = False stored in its own zone to UTC, in which scanlogin stores them. Run it
-- once, after the migrations and before scanlogin is used for the first time. Without @zone it only shows the newest times:
--
--   mariadb DATABASE < times-to-utc.sql
--   mariadb --init-command="SET @zone = '+08:00'" DATABASE < times-to-utc.sql
--
-- @zone is Django's TIME_ZONE: an offset, or for a zone that has summer time its name, 'Europe/Berlin', if the server has
-- loaded the zone tables (mysql_tzinfo_to_sql). It refuses once user_audit has an entry: scanlogin makes one at each login,
-- from when on times are UTC, and this script makes the first. Times that are not of 1970 to 2037 are left as they are.

SET NAMES utf8mb4 COLLATE utf8mb4_general_ci;
SET @scanlogin_mode = @@sql_mode;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION';

-- No value of this variable: the statement fails with the text in its message, and the client ends here.
SET SESSION completion_type = IF(
  (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND ENGINE = 'InnoDB'
      AND TABLE_NAME IN ('user_user', 'user_oauth', 'user_audit')) = 3,
  @@completion_type, 'STOPPED, nothing was changed. Run 0001-from-django.sql and 0002-admin.sql first');
SET SESSION completion_type = IF(NOT EXISTS (SELECT 1 FROM user_audit), @@completion_type,
  'STOPPED, nothing was changed. user_audit has entries: the times are moved already, or scanlogin has written some in UTC');
SET SESSION completion_type = IF(@zone IS NULL OR CONVERT_TZ('2026-01-01 00:00:00', @zone, '+00:00') IS NOT NULL,
  @@completion_type, CONCAT('STOPPED, nothing was changed. The server does not know the zone ', @zone,
  ': load its zone tables, or give an offset like +08:00'));

-- A client that goes on after an error (--force) moves nothing either.
SET @scanlogin_zone = NULL;
SET @scanlogin_zone = IF(EXISTS (SELECT 1 FROM user_audit) OR CONVERT_TZ('2026-01-01 00:00:00', @zone, '+00:00') IS NULL, NULL, @zone);

SELECT 'last_login' AS newest, MAX(last_login) AS in_the_table, UTC_TIMESTAMP(6) AS utc_now,
       ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), MAX(last_login)) / 3600, 1) AS hours_ahead,
       CONVERT_TZ(MAX(last_login), @zone, '+00:00') AS becomes FROM user_user
UNION ALL
SELECT 'date_joined', MAX(date_joined), UTC_TIMESTAMP(6),
       ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), MAX(date_joined)) / 3600, 1),
       CONVERT_TZ(MAX(date_joined), @zone, '+00:00') FROM user_user
UNION ALL
SELECT 'created_time', MAX(created_time), UTC_TIMESTAMP(6),
       ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), MAX(created_time)) / 3600, 1),
       CONVERT_TZ(MAX(created_time), @zone, '+00:00') FROM user_oauth
UNION ALL
SELECT 'last_mod_time', MAX(last_mod_time), UTC_TIMESTAMP(6),
       ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), MAX(last_mod_time)) / 3600, 1),
       CONVERT_TZ(MAX(last_mod_time), @zone, '+00:00') FROM user_oauth;

-- All or nothing. Of two that run at once, the second fails at the first statement: request and action are unique.
START TRANSACTION;
INSERT INTO user_audit (at, action, actor_name, request, detail)
  SELECT UTC_TIMESTAMP(6), 'times-to-utc', LEFT(CONCAT('sql:', CURRENT_USER()), 150), 'times-to-utc', JSON_OBJECT('zone', @scanlogin_zone)
    FROM (SELECT 1) one WHERE @scanlogin_zone IS NOT NULL;
SET @scanlogin_zone = IF(ROW_COUNT() = 1, @scanlogin_zone, NULL);
UPDATE user_user
   SET date_joined = IF(date_joined BETWEEN '1970-01-02' AND '2037-12-31', CONVERT_TZ(date_joined, @scanlogin_zone, '+00:00'), date_joined),
       last_login = IF(last_login BETWEEN '1970-01-02' AND '2037-12-31', CONVERT_TZ(last_login, @scanlogin_zone, '+00:00'), last_login)
 WHERE @scanlogin_zone IS NOT NULL;
SET @scanlogin_users = ROW_COUNT();
UPDATE user_oauth
   SET created_time = IF(created_time BETWEEN '1970-01-02' AND '2037-12-31', CONVERT_TZ(created_time, @scanlogin_zone, '+00:00'),
                         created_time),
       last_mod_time = IF(last_mod_time BETWEEN '1970-01-02' AND '2037-12-31', CONVERT_TZ(last_mod_time, @scanlogin_zone, '+00:00'),
                          last_mod_time)
 WHERE @scanlogin_zone IS NOT NULL;
SET @scanlogin_oauths = ROW_COUNT();
COMMIT;
SELECT IF(@scanlogin_zone IS NULL, 'nothing: no @zone is given', CONCAT('from ', @scanlogin_zone)) AS moved,
       @scanlogin_users AS users, @scanlogin_oauths AS identities;
SET SESSION sql_mode = @scanlogin_mode;
