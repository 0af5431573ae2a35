-- What Django 3.2 makes of the published module on MariaDB (its migrate; then SHOW CREATE TABLE), and some rows of each
-- table. Ids are int: AutoField, which Django makes unless DEFAULT_AUTO_FIELD says otherwise.
CREATE TABLE `auth_group` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(150) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB;
CREATE TABLE `user_user` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `password` varchar(128) NOT NULL,
  `last_login` datetime(6) DEFAULT NULL,
  `is_superuser` tinyint(1) NOT NULL,
  `username` varchar(150) NOT NULL,
  `first_name` varchar(150) NOT NULL,
  `last_name` varchar(150) NOT NULL,
  `email` varchar(254) NOT NULL,
  `is_staff` tinyint(1) NOT NULL,
  `is_active` tinyint(1) NOT NULL,
  `date_joined` datetime(6) NOT NULL,
  `nickname` varchar(225) NOT NULL,
  `avatar` varchar(225) NOT NULL,
  `gender` varchar(225) NOT NULL,
  `phone` varchar(225) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `username` (`username`)
) ENGINE=InnoDB;
CREATE TABLE `user_oauth` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `oauth_type` varchar(10) NOT NULL,
  `oauth_id` varchar(200) NOT NULL,
  `created_time` datetime(6) NOT NULL,
  `user_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `user_oauth_user_id_79458be3_fk_user_user_id` (`user_id`),
  CONSTRAINT `user_oauth_user_id_79458be3_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user_user` (`id`)
) ENGINE=InnoDB;
CREATE TABLE `user_user_groups` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `group_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `user_user_groups_user_id_group_id_bb60391f_uniq` (`user_id`,`group_id`),
  KEY `user_user_groups_group_id_c57f13c0_fk_auth_group_id` (`group_id`),
  CONSTRAINT `user_user_groups_group_id_c57f13c0_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`),
  CONSTRAINT `user_user_groups_user_id_13f9a20d_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user_user` (`id`)
) ENGINE=InnoDB;
CREATE TABLE `django_admin_log` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `action_time` datetime(6) NOT NULL,
  `object_id` longtext DEFAULT NULL,
  `object_repr` varchar(200) NOT NULL,
  `action_flag` smallint(5) unsigned NOT NULL CHECK (`action_flag` >= 0),
  `change_message` longtext NOT NULL,
  `content_type_id` int(11) DEFAULT NULL,
  `user_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `django_admin_log_user_id_c564eba6_fk_user_user_id` (`user_id`),
  CONSTRAINT `django_admin_log_user_id_c564eba6_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user_user` (`id`)
) ENGINE=InnoDB;
-- Django REST framework's.
CREATE TABLE `authtoken_token` (
  `key` varchar(40) NOT NULL,
  `created` datetime(6) NOT NULL,
  `user_id` int(11) NOT NULL,
  PRIMARY KEY (`key`),
  UNIQUE KEY `user_id` (`user_id`),
  CONSTRAINT `authtoken_token_user_id_35299eff_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user_user` (`id`)
) ENGINE=InnoDB;

INSERT INTO auth_group VALUES (1, 'editors');
INSERT INTO user_user VALUES
  (1, 'pbkdf2_sha256$260000$x$y=', NULL, 1, 'admin', 'Zoë', 'Ünal', 'admin@example.com', 1, 1,
   '2021-03-28 10:00:00', 'boss', '', '', ''),
  (2, '', '2021-04-02 08:00:00', 0, 'user_6f1c7c1e-56ab-4f0b-9b0a-0c5f3a0f7a51', '', '', '', 0, 1,
   '2021-04-01 09:30:00', 'naïve café', 'https://thirdwx.qlogo.cn/mmopen/vi_32/a/132', 'm', '13800000000'),
  (7, '', NULL, 0, 'user_0d3b6e53-6f1e-4dd0-8f8b-64d2f4a5f1f2', '', '', '', 0, 0,
   '2021-04-03 23:59:59', 'O''Neil \\ "x"', 'https://thirdwx.qlogo.cn/mmopen/vi_32/b/132', 'f', '');
INSERT INTO user_oauth (id, oauth_type, oauth_id, created_time, user_id) VALUES
  (1, 'weixin', 'o6-known', '2021-04-01 09:30:00', 2),
  -- Another person's: WeChat's ids differ by case.
  (5, 'weixin', 'o6-KNOWN', '2021-04-03 23:59:59', 7);
INSERT INTO user_user_groups VALUES (1, 1, 1);
INSERT INTO django_admin_log VALUES (1, '2021-03-28 10:00:01', '1', 'admin', 1, '[]', NULL, 1);
INSERT INTO authtoken_token VALUES ('9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b', '2021-03-28 10:00:00', 1);
