-- The tables of users, for an empty database. Where the Django module or an earlier scanlogin made them, nothing happens.
-- The names are Django's, so that both can share one database. All times are UTC.

-- A person, and what Django's own views know of one.
CREATE TABLE IF NOT EXISTS user_user (
  id           bigint       NOT NULL AUTO_INCREMENT,
  password     varchar(128) NOT NULL,
  last_login   datetime(6)  NULL,
  is_superuser tinyint(1)   NOT NULL DEFAULT 0,
  username     varchar(150) NOT NULL,
  first_name   varchar(150) NOT NULL DEFAULT '',
  last_name    varchar(150) NOT NULL DEFAULT '',
  email        varchar(254) NOT NULL DEFAULT '',
  is_staff     tinyint(1)   NOT NULL DEFAULT 0,
  is_active    tinyint(1)   NOT NULL DEFAULT 1,
  date_joined  datetime(6)  NOT NULL,
  nickname     varchar(225) NOT NULL DEFAULT '',
  -- Django's 225 is too short for the picture addresses WeChat hands out.
  avatar_url   varchar(1024) NOT NULL DEFAULT '',
  gender       varchar(225) NOT NULL DEFAULT '',
  phone_number varchar(225) NOT NULL DEFAULT '',
  PRIMARY KEY (id),
  UNIQUE KEY user_user_username_uniq (username)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET = utf8mb4;

-- Who a person is elsewhere. oauth_type 'weixin': oauth_id is a unionid; 'wx_openid': an openid.
CREATE TABLE IF NOT EXISTS user_oauth (
  id            bigint       NOT NULL AUTO_INCREMENT,
  oauth_type    varchar(10)  NOT NULL,
  -- WeChat's ids differ in case, so they are compared byte for byte.
  oauth_id      varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  created_time  datetime(6)  NOT NULL,
  last_mod_time datetime(6)  NOT NULL,
  user_id       bigint       NOT NULL,
  PRIMARY KEY (id),
  -- What makes concurrent first logins of one person end in one account.
  UNIQUE KEY user_oauth_type_id_uniq (oauth_type, oauth_id),
  KEY user_oauth_user_id_idx (user_id),
  CONSTRAINT user_oauth_user_id_fk FOREIGN KEY (user_id) REFERENCES user_user (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET = utf8mb4;
