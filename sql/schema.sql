-- Made by `make schema` from sql/migrations: change nothing here, add a migration. For an empty database; for MySQL 8
-- and MariaDB 10.6 or later. All times are UTC. `scanlogin-migrate up` makes the same.

-- A person, and what Django's own views know of one.
CREATE TABLE user_user (
  id             bigint        NOT NULL AUTO_INCREMENT,
  password       varchar(128)  NOT NULL,
  last_login     datetime(6)   NULL,
  is_superuser   tinyint(1)    NOT NULL DEFAULT 0,
  username       varchar(150)  NOT NULL,
  first_name     varchar(150)  NOT NULL DEFAULT '',
  last_name      varchar(150)  NOT NULL DEFAULT '',
  email          varchar(254)  NOT NULL DEFAULT '',
  is_staff       tinyint(1)    NOT NULL DEFAULT 0,
  is_active      tinyint(1)    NOT NULL DEFAULT 1,
  date_joined    datetime(6)   NOT NULL,
  nickname       varchar(225)  NOT NULL DEFAULT '',
  -- Django's 225 is too short for the picture addresses WeChat hands out.
  avatar_url     varchar(1024) NOT NULL DEFAULT '',
  gender         varchar(225)  NOT NULL DEFAULT '',
  phone_number   varchar(225)  NOT NULL DEFAULT '',
  PRIMARY KEY (id),
  UNIQUE KEY user_user_username_uniq (username),
  -- One for each order that the list of users can have, and for what it can be searched and filtered by.
  KEY user_user_nickname_idx (nickname),
  KEY user_user_phone_number_idx (phone_number),
  KEY user_user_date_joined_idx (date_joined),
  KEY user_user_last_login_idx (last_login),
  KEY user_user_is_active_idx (is_active),
  KEY user_user_is_staff_idx (is_staff)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET = utf8mb4;

-- Who a person is elsewhere. oauth_type 'weixin': oauth_id is a unionid; 'wx_openid': an openid.
CREATE TABLE user_oauth (
  id             bigint        NOT NULL AUTO_INCREMENT,
  oauth_type     varchar(32)   NOT NULL,
  -- WeChat's ids differ in case, so they are compared byte for byte.
  oauth_id       varchar(200)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  created_time   datetime(6)   NOT NULL,
  last_mod_time  datetime(6)   NOT NULL,
  user_id        bigint        NOT NULL,
  PRIMARY KEY (id),
  -- What makes concurrent first logins of one person end in one account.
  UNIQUE KEY user_oauth_type_id_uniq (oauth_type, oauth_id),
  KEY user_oauth_user_id_idx (user_id),
  KEY user_oauth_oauth_id_idx (oauth_id, user_id),
  KEY user_oauth_created_time_idx (created_time),
  KEY user_oauth_last_mod_time_idx (last_mod_time),
  CONSTRAINT user_oauth_user_id_fk FOREIGN KEY (user_id) REFERENCES user_user (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET = utf8mb4;

-- Who did what to whom: logins and their ends, and what admins change.
CREATE TABLE user_audit (
  id             bigint        NOT NULL AUTO_INCREMENT,
  at             datetime(6)   NOT NULL,
  action         varchar(20)   NOT NULL,
  -- No foreign keys: what was done outlives the user it was done to.
  user_id        bigint        NULL,
  actor_id       bigint        NULL,
  actor_name     varchar(150)  NOT NULL DEFAULT '',
  address        varchar(64)   NOT NULL DEFAULT '',
  user_agent     varchar(256)  NOT NULL DEFAULT '',
  -- The id of the request, as the log has it: a transaction that is tried twice is remembered once.
  request        varchar(64)   NOT NULL,
  session        varchar(32)   NOT NULL DEFAULT '',
  detail         varchar(8000) NOT NULL DEFAULT '{}',
  PRIMARY KEY (id),
  UNIQUE KEY user_audit_session_uniq (request, action, session),
  KEY user_audit_user_id_idx (user_id),
  KEY user_audit_actor_id_idx (actor_id),
  KEY user_audit_action_idx (action),
  KEY user_audit_at_idx (at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET = utf8mb4;

-- Which migrations this database has had: scanlogin-migrate writes it, and every program reads it at its start.
CREATE TABLE scanlogin_schema (
  -- Of the file, 5 for 0005-schema.sql.
  number         int           NOT NULL,
  name           varchar(64)   NOT NULL,
  applied_at     datetime(6)   NOT NULL,
  -- A program has to know at least the migration of this number to run here; 0: this one turns no program away.
  oldest_program int           NOT NULL DEFAULT 0,
  PRIMARY KEY (number)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET = utf8mb4;

-- All of it is as the last migration leaves it.
INSERT INTO scanlogin_schema (number, name, applied_at, oldest_program) VALUES
  (0, '0000-tables', UTC_TIMESTAMP(6), 0),
  (1, '0001-from-django', UTC_TIMESTAMP(6), 0),
  (2, '0002-admin', UTC_TIMESTAMP(6), 0),
  (3, '0003-oauth-type', UTC_TIMESTAMP(6), 0),
  (4, '0004-audit-session', UTC_TIMESTAMP(6), 0),
  (5, '0005-schema', UTC_TIMESTAMP(6), 0);
