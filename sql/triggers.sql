-- Optional. Has MySQL note whose row in user_user was changed, by whatever program, in a table that `current` and `auth`
-- read once a second. They can then remember a user for as long as nothing changes, instead of for PROFILE_TRUST_S, and a
-- ban that somebody writes by SQL counts within two seconds. Load it as root; it may be loaded again:
--
--   mariadb scanlogin < triggers.sql
--
-- and let MYSQL_USER see it: read the table, keep it short, and see that the triggers are there.
--
--   GRANT SELECT, DELETE ON scanlogin.user_changed TO scanlogin@localhost;
--   GRANT TRIGGER ON scanlogin.user_user TO scanlogin@localhost;
--
-- For MariaDB 10.6 or MySQL 8.0.29 and later. What Django or an admin's SQL may do stays as it is: a trigger runs with the
-- rights of whoever loaded this file. To stop it, drop the two triggers, and then the table.

CREATE TABLE IF NOT EXISTS user_changed (
  id       bigint      NOT NULL AUTO_INCREMENT,
  user_id  bigint      NOT NULL,
  at       datetime(6) NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET = utf8mb4;

-- A login that finds the same name and picture changes nothing that is remembered. Texts are compared by their bytes:
-- to a column's own rules 'anna' and 'Anna ' may be the same.
DELIMITER //
CREATE TRIGGER IF NOT EXISTS user_user_changed AFTER UPDATE ON user_user FOR EACH ROW
  IF NOT (NEW.id <=> OLD.id
    AND CAST(NEW.username AS BINARY) <=> CAST(OLD.username AS BINARY)
    AND CAST(NEW.nickname AS BINARY) <=> CAST(OLD.nickname AS BINARY)
    AND CAST(NEW.avatar_url AS BINARY) <=> CAST(OLD.avatar_url AS BINARY)
    AND CAST(NEW.gender AS BINARY) <=> CAST(OLD.gender AS BINARY)
    AND CAST(NEW.phone_number AS BINARY) <=> CAST(OLD.phone_number AS BINARY)
    AND NEW.is_active <=> OLD.is_active
    AND NEW.is_staff <=> OLD.is_staff
    AND NEW.is_superuser <=> OLD.is_superuser)
  THEN
    INSERT INTO user_changed (user_id, at) VALUES (OLD.id, UTC_TIMESTAMP(6));
  END IF//
DELIMITER ;

CREATE TRIGGER IF NOT EXISTS user_user_deleted AFTER DELETE ON user_user FOR EACH ROW
  INSERT INTO user_changed (user_id, at) VALUES (OLD.id, UTC_TIMESTAMP(6));
