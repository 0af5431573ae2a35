-- What the admin endpoints need beside the two tables: an index for each order a list can have and for each beginning
-- that can be searched for, and the table that remembers who did what. For a database that an earlier schema.sql made,
-- or the Django module; for the latter run 0001-from-django.sql first.

ALTER TABLE user_user
  ADD KEY user_user_nickname_idx (nickname),
  ADD KEY user_user_phone_number_idx (phone_number),
  ADD KEY user_user_date_joined_idx (date_joined),
  ADD KEY user_user_last_login_idx (last_login),
  ADD KEY user_user_is_active_idx (is_active),
  ADD KEY user_user_is_staff_idx (is_staff);

ALTER TABLE user_oauth
  ADD KEY user_oauth_oauth_id_idx (oauth_id, user_id),
  ADD KEY user_oauth_created_time_idx (created_time),
  ADD KEY user_oauth_last_mod_time_idx (last_mod_time);

CREATE TABLE IF NOT EXISTS user_audit (
  id         bigint       NOT NULL AUTO_INCREMENT,
  at         datetime(6)  NOT NULL,
  action     varchar(20)  NOT NULL,
  -- No foreign keys: what was done outlives the user it was done to.
  user_id    bigint       NULL,
  actor_id   bigint       NULL,
  actor_name varchar(150) NOT NULL DEFAULT '',
  address    varchar(64)  NOT NULL DEFAULT '',
  user_agent varchar(256) NOT NULL DEFAULT '',
  -- The request's id, as the log has it: a transaction that is tried twice is remembered once.
  request    varchar(64)  NOT NULL,
  detail     varchar(8000) NOT NULL DEFAULT '{}',
  PRIMARY KEY (id),
  UNIQUE KEY user_audit_request_uniq (request, action),
  KEY user_audit_user_id_idx (user_id),
  KEY user_audit_actor_id_idx (actor_id),
  KEY user_audit_action_idx (action),
  KEY user_audit_at_idx (at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4;
