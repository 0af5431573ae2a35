-- Brings a database that the Django module made to what sql/schema.sql describes. Run it once, after a backup.
--
-- Look at SHOW CREATE TABLE user_user and user_oauth first. The module was published with two names for some columns;
-- where yours differ:
--   ALTER TABLE user_user RENAME COLUMN avatar TO avatar_url, RENAME COLUMN phone TO phone_number;
--   ALTER TABLE user_oauth ADD last_mod_time datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6);
-- and where they are not in utf8mb4, which the emoji in nicknames need:
--   ALTER TABLE user_user CONVERT TO CHARACTER SET utf8mb4;
--
-- The UNIQUE key below fails if an identity is there twice. This finds such rows first:
--
--   SELECT oauth_type, BINARY oauth_id AS id, COUNT(*) AS copies, GROUP_CONCAT(user_id ORDER BY id) AS users
--     FROM user_oauth GROUP BY oauth_type, BINARY oauth_id HAVING copies > 1;
--
-- Of each, keep the row whose user is the one the person uses (usually the lowest user_id) and delete the
-- others by their id. The Django module goes on working on the result.

ALTER TABLE user_user
  MODIFY nickname     varchar(225)  NOT NULL DEFAULT '',
  MODIFY avatar_url   varchar(1024) NOT NULL DEFAULT '',
  MODIFY gender       varchar(225)  NOT NULL DEFAULT '',
  MODIFY phone_number varchar(225)  NOT NULL DEFAULT '',
  MODIFY is_superuser tinyint(1)    NOT NULL DEFAULT 0,
  MODIFY first_name   varchar(150)  NOT NULL DEFAULT '',
  MODIFY last_name    varchar(150)  NOT NULL DEFAULT '',
  MODIFY email        varchar(254)  NOT NULL DEFAULT '',
  MODIFY is_staff     tinyint(1)    NOT NULL DEFAULT 0,
  MODIFY is_active    tinyint(1)    NOT NULL DEFAULT 1;

ALTER TABLE user_oauth
  MODIFY oauth_id varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  ADD UNIQUE KEY user_oauth_type_id_uniq (oauth_type, oauth_id);
