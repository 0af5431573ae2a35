-- Brings the tables that the Django module made to what sql/schema.sql describes. docs/from-django.md tells the whole way.
--
-- For MariaDB 10.6 or later and MySQL 8. scanlogin-migrate runs it; so can their own clients.
--
-- It looks first. Where somebody has to decide, it lists the problems and what to do about each, and stops with
-- "STOPPED, nothing was changed". Then it changes the tables. It can be run again, also after it was interrupted.
-- Ids keep the type they have: Django's other tables refer to it, and Django goes on making such tables.

SET NAMES utf8mb4 COLLATE utf8mb4_general_ci;
-- What is stored stays as it is, zero dates and an id 0 too; nothing is cut to fit; a timestamp becomes a time in UTC.
SET @scanlogin_mode = @@sql_mode, @scanlogin_zone = @@time_zone, @scanlogin_concat = @@group_concat_max_len;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION';
SET SESSION time_zone = '+00:00', SESSION group_concat_max_len = 1000000;

-- ---- what there has to be, and what there is ----

DROP TEMPORARY TABLE IF EXISTS scanlogin_wanted, scanlogin_found, scanlogin_problem, scanlogin_rehearsal_user,
                               scanlogin_rehearsal_oauth;
CREATE TEMPORARY TABLE scanlogin_wanted (
  place    int          NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tab      varchar(64)  NOT NULL,
  name     varchar(64)  NOT NULL,
  old_name varchar(64)  NULL,     -- the module was published with two names for some columns
  kind     varchar(8)   NOT NULL, -- number, text, flag or time
  width    int          NOT NULL, -- of a text, at least
  tail     varchar(64)  NOT NULL,
  instead  varchar(64)  NULL      -- of NULL, where the column becomes NOT NULL; without it somebody has to decide
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_general_ci;
INSERT INTO scanlogin_wanted (tab, name, old_name, kind, width, tail, instead) VALUES
  ('user_user', 'id', NULL, 'number', 0, 'NOT NULL AUTO_INCREMENT', NULL),
  ('user_user', 'password', NULL, 'text', 128, 'NOT NULL', NULL),
  ('user_user', 'last_login', NULL, 'time', 0, 'NULL', NULL),
  ('user_user', 'is_superuser', NULL, 'flag', 0, 'NOT NULL DEFAULT 0', '0'),
  ('user_user', 'username', NULL, 'text', 150, 'NOT NULL', NULL),
  ('user_user', 'first_name', NULL, 'text', 150, 'NOT NULL DEFAULT ''''', ''''''),
  ('user_user', 'last_name', NULL, 'text', 150, 'NOT NULL DEFAULT ''''', ''''''),
  ('user_user', 'email', NULL, 'text', 254, 'NOT NULL DEFAULT ''''', ''''''),
  ('user_user', 'is_staff', NULL, 'flag', 0, 'NOT NULL DEFAULT 0', '0'),
  ('user_user', 'is_active', NULL, 'flag', 0, 'NOT NULL DEFAULT 1', NULL),
  ('user_user', 'date_joined', NULL, 'time', 0, 'NOT NULL', NULL),
  ('user_user', 'nickname', NULL, 'text', 225, 'NOT NULL DEFAULT ''''', ''''''),
  ('user_user', 'avatar_url', 'avatar', 'text', 1024, 'NOT NULL DEFAULT ''''', ''''''),
  ('user_user', 'gender', NULL, 'text', 225, 'NOT NULL DEFAULT ''''', ''''''),
  ('user_user', 'phone_number', 'phone', 'text', 225, 'NOT NULL DEFAULT ''''', ''''''),
  ('user_oauth', 'id', NULL, 'number', 0, 'NOT NULL AUTO_INCREMENT', NULL),
  ('user_oauth', 'oauth_type', NULL, 'text', 10, 'NOT NULL', NULL),
  ('user_oauth', 'oauth_id', NULL, 'text', 200, 'NOT NULL', NULL),
  ('user_oauth', 'created_time', NULL, 'time', 0, 'NOT NULL', NULL),
  ('user_oauth', 'last_mod_time', NULL, 'time', 0, 'NOT NULL', 'created_time'),
  ('user_oauth', 'user_id', NULL, 'number', 0, 'NOT NULL', NULL);

CREATE TEMPORARY TABLE scanlogin_found (
  id         int          NOT NULL AUTO_INCREMENT PRIMARY KEY, -- which some servers ask of every table
  place      int          NOT NULL,
  tab        varchar(64)  NOT NULL,
  name       varchar(64)  NOT NULL,
  old_name   varchar(64)  NULL,
  kind       varchar(8)   NOT NULL,
  width      bigint       NOT NULL, -- what it has to become: no column gets narrower
  tail       varchar(64)  NOT NULL,
  instead    varchar(64)  NULL,
  found      varchar(64)  NULL,     -- the name it has; NULL: it is missing
  data_type  varchar(64)  NULL,
  whole_type text         NULL,
  nullable   varchar(3)   NULL,
  length     bigint       NULL,
  extra      varchar(256) NULL,
  remark     text         NULL,     -- the column's comment
  has        varchar(64)  NULL,     -- the collation it has,
  becomes    varchar(64)  NULL      -- and the one it gets: utf8mb4's that compares alike
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_general_ci;
INSERT INTO scanlogin_found (place, tab, name, old_name, kind, width, tail, instead, found, data_type, whole_type, nullable,
                             length, extra, remark, has, becomes)
  SELECT w.place, w.tab, w.name, w.old_name, w.kind,
         IF(c.DATA_TYPE = 'varchar', GREATEST(w.width, c.CHARACTER_MAXIMUM_LENGTH), w.width), w.tail, w.instead,
         c.COLUMN_NAME, c.DATA_TYPE, c.COLUMN_TYPE, c.IS_NULLABLE, c.CHARACTER_MAXIMUM_LENGTH, c.EXTRA, c.COLUMN_COMMENT,
         c.COLLATION_NAME,
         CASE WHEN w.kind <> 'text' THEN NULL
              WHEN w.name = 'oauth_id' OR c.COLLATION_NAME LIKE '%\_bin' OR c.COLLATION_NAME LIKE '%\_cs' AND
                   c.CHARACTER_SET_NAME <> 'utf8mb4' THEN 'utf8mb4_bin'
              WHEN c.CHARACTER_SET_NAME = 'utf8mb4' THEN c.COLLATION_NAME
              ELSE COALESCE(
                (SELECT MIN(a.COLLATION_NAME) FROM information_schema.COLLATIONS a
                  WHERE c.CHARACTER_SET_NAME IN ('utf8', 'utf8mb3')
                    AND a.COLLATION_NAME = CONCAT('utf8mb4', SUBSTRING(c.COLLATION_NAME, LOCATE('_', c.COLLATION_NAME)))),
                (SELECT DEFAULT_COLLATE_NAME FROM information_schema.CHARACTER_SETS WHERE CHARACTER_SET_NAME = 'utf8mb4'))
         END
    FROM scanlogin_wanted w
    LEFT JOIN information_schema.COLUMNS c
      ON c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = w.tab AND (c.COLUMN_NAME = w.name OR c.COLUMN_NAME = w.old_name);

CREATE TEMPORARY TABLE scanlogin_problem (
  place      int  NOT NULL AUTO_INCREMENT PRIMARY KEY,
  problem    text NOT NULL,
  what_to_do text NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_general_ci;

-- ---- first check: can these tables be brought there at all? ----

-- With @scanlogin_early 0000 has yet to run, and makes what is missing: all, or what goes with a user_user of its own.
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT('no table ', w.tab, ' in the database ', DATABASE()),
         'name the database that the Django module uses; for a new one load sql/schema.sql instead'
    FROM scanlogin_wanted w
   WHERE w.name = 'id' AND NOT EXISTS
     (SELECT 1 FROM information_schema.TABLES t
       WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME = w.tab AND t.TABLE_TYPE = 'BASE TABLE')
     AND (@scanlogin_early IS NULL OR EXISTS
       (SELECT 1 FROM scanlogin_found WHERE tab = 'user_user' AND name = 'id'
         AND (whole_type NOT LIKE 'bigint%' OR whole_type LIKE '%unsigned%')));
SET @scanlogin_tables = (
  SELECT COUNT(*) = 2 FROM information_schema.TABLES
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ('user_user', 'user_oauth') AND TABLE_TYPE = 'BASE TABLE');
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT(TABLE_NAME, ' has partitions, and so can have no foreign keys'),
         CONCAT('ALTER TABLE ', TABLE_NAME, ' REMOVE PARTITIONING')
    FROM information_schema.TABLES
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ('user_user', 'user_oauth') AND CREATE_OPTIONS LIKE '%partitioned%';

INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT(tab, ' has no column ', name, IFNULL(CONCAT(' or ', old_name), '')),
         'find out which column of yours holds this, and rename it'
    FROM scanlogin_found
   WHERE @scanlogin_tables AND found IS NULL AND name <> 'last_mod_time' AND tail NOT LIKE '%DEFAULT%' AND tail <> 'NULL';
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT(tab, ' has both ', MAX(name), ' and ', MAX(old_name)),
         CONCAT('decide which holds the values; copy what is needed, then ALTER TABLE ', tab, ' DROP COLUMN the other one')
    FROM scanlogin_found GROUP BY place, tab HAVING COUNT(*) > 1;
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT(tab, '.', found, ' is ', whole_type, IF(extra LIKE '%VIRTUAL%' OR extra LIKE '%STORED%', ', generated', '')),
         CONCAT('make it ', CASE kind WHEN 'number' THEN 'a whole number, int or bigint'
                                      WHEN 'text' THEN CONCAT('varchar(', width, ')')
                                      WHEN 'flag' THEN 'tinyint(1)' ELSE 'datetime(6)' END,
                ', with the values that you decide on')
    FROM scanlogin_found
   WHERE found IS NOT NULL AND (extra LIKE '%VIRTUAL%' OR extra LIKE '%STORED%' OR CASE kind
           WHEN 'number' THEN data_type NOT IN ('smallint', 'mediumint', 'int', 'bigint')
           WHEN 'text' THEN data_type NOT IN ('char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum')
           WHEN 'flag' THEN data_type NOT IN ('bit', 'tinyint', 'smallint', 'mediumint', 'int', 'bigint')
           ELSE data_type NOT IN ('date', 'datetime', 'timestamp') END);
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT(tab, '.', found, ' is varchar(', length, '), too long for a key'),
         CONCAT('ALTER TABLE ', tab, ' MODIFY ', found, ' varchar(',
                (SELECT w.width FROM scanlogin_wanted w WHERE w.place = f.place), ') NOT NULL, if no value is longer')
    FROM scanlogin_found f
   WHERE data_type = 'varchar' AND (name IN ('username', 'nickname', 'phone_number') AND width > 768
                                    OR name = 'oauth_type' AND width > 100 OR name = 'oauth_id' AND width > 660);
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT('the primary key of ', w.tab, ' is not id alone'), 'make it so: other tables and scanlogin go by it'
    FROM scanlogin_wanted w
   WHERE @scanlogin_tables AND w.name = 'id' AND 'id' <> COALESCE(
     (SELECT GROUP_CONCAT(s.COLUMN_NAME ORDER BY s.SEQ_IN_INDEX) FROM information_schema.STATISTICS s
       WHERE s.TABLE_SCHEMA = DATABASE() AND s.TABLE_NAME = w.tab AND s.INDEX_NAME = 'PRIMARY'), '');
-- Neither server changes the character set of a column that a foreign key connects with another.
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT('the foreign key ', k.CONSTRAINT_NAME, ' of ', k.TABLE_NAME, ' holds ', f.tab, '.', f.found, ' in ', f.has),
         CONCAT('ALTER TABLE `', k.TABLE_NAME, '` DROP FOREIGN KEY `', k.CONSTRAINT_NAME, '`; afterwards bring both columns to ',
                f.becomes, ' and add it again')
    FROM scanlogin_found f
    JOIN information_schema.KEY_COLUMN_USAGE k
      ON k.REFERENCED_TABLE_SCHEMA = DATABASE() AND
         (k.REFERENCED_TABLE_NAME = f.tab AND k.REFERENCED_COLUMN_NAME = f.found OR
          k.TABLE_SCHEMA = DATABASE() AND k.TABLE_NAME = f.tab AND k.COLUMN_NAME = f.found)
   WHERE f.kind = 'text' AND f.has <> f.becomes;
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT(s.TABLE_NAME, ' has a key ', s.INDEX_NAME, ' that is not UNIQUE (', IF(s.TABLE_NAME = 'user_user', 'username',
                'oauth_type, oauth_id'), ')'),
         CONCAT('ALTER TABLE ', s.TABLE_NAME, ' RENAME INDEX ', s.INDEX_NAME, ' TO a name of your own')
    FROM information_schema.STATISTICS s
   WHERE s.TABLE_SCHEMA = DATABASE()
     AND (s.TABLE_NAME = 'user_user' AND s.INDEX_NAME = 'user_user_username_uniq' OR
          s.TABLE_NAME = 'user_oauth' AND s.INDEX_NAME = 'user_oauth_type_id_uniq')
   GROUP BY s.TABLE_NAME, s.INDEX_NAME
  HAVING MAX(s.NON_UNIQUE) = 1 OR MAX(s.SUB_PART) IS NOT NULL OR GROUP_CONCAT(s.COLUMN_NAME ORDER BY s.SEQ_IN_INDEX)
         <> IF(s.TABLE_NAME = 'user_user', 'username', 'oauth_type,oauth_id');
INSERT INTO scanlogin_problem (problem, what_to_do)
  SELECT CONCAT('the name user_oauth_user_id_fk is taken by a constraint of ', k.TABLE_NAME),
         CONCAT('drop that foreign key of `', k.TABLE_NAME, '` and add it again under another name')
    FROM information_schema.KEY_COLUMN_USAGE k
   WHERE k.CONSTRAINT_SCHEMA = DATABASE() AND k.CONSTRAINT_NAME = 'user_oauth_user_id_fk'
     AND NOT (k.TABLE_NAME = 'user_oauth' AND k.COLUMN_NAME = 'user_id' AND k.REFERENCED_TABLE_NAME = 'user_user');

-- ---- second check: the rows ----

SET @scanlogin_possible = @scanlogin_tables AND (SELECT COUNT(*) = 0 FROM scanlogin_problem);

-- Values that are missing or too long, in each column where that matters.
SET @scanlogin_sql = (
  SELECT GROUP_CONCAT(CONCAT(
      'SELECT CONCAT(''', tab, '.', found, CASE test WHEN 'null' THEN ' is NULL' WHEN 'long' THEN ' is too long'
                                                     ELSE ' is neither 0 nor 1' END,
      ' where id is '', GROUP_CONCAT(id ORDER BY id), IF(COUNT(*) = 20, '' (the first 20)'', '''')), ''UPDATE ', tab,
      ' SET `', found, '` = what you decide on WHERE ', fault, ''' FROM (SELECT id FROM ', tab, ' WHERE ', fault,
      ' ORDER BY id LIMIT 20) r HAVING COUNT(*) > 0') ORDER BY place SEPARATOR ' UNION ALL ')
    FROM (SELECT f.place, f.tab, f.found, t.test,
                 CASE t.test WHEN 'null' THEN CONCAT('`', f.found, '` IS NULL')
                             WHEN 'long' THEN CONCAT('CHAR_LENGTH(`', f.found, '`) > ', f.width)
                             ELSE CONCAT('`', f.found, '` NOT IN (0, 1)') END AS fault
            FROM scanlogin_found f
            JOIN (SELECT 'null' AS test UNION ALL SELECT 'long' UNION ALL SELECT 'flag') t
           WHERE f.found IS NOT NULL
             AND CASE t.test WHEN 'null' THEN f.nullable = 'YES' AND f.tail LIKE 'NOT NULL%' AND f.instead IS NULL
                             WHEN 'long' THEN f.kind = 'text' AND f.data_type NOT IN ('varchar', 'enum') AND f.length > f.width
                             ELSE f.kind = 'flag' AND f.data_type <> 'tinyint' END) tests);
SET @scanlogin_sql = IF(@scanlogin_possible AND @scanlogin_sql IS NOT NULL,
  CONCAT('INSERT INTO scanlogin_problem (problem, what_to_do) ', @scanlogin_sql), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

-- The same identity twice, as the unique key will compare: byte for byte, but without regard to spaces at the end.
SET @scanlogin_sql = IF(@scanlogin_possible, CONCAT(
  'INSERT INTO scanlogin_problem (problem, what_to_do)
   SELECT CONCAT(''the identity '', t, '' '', i, '' is there '', n, '' times: user_oauth.id '', ids, '', of the users '', users),
          CONCAT(''keep the row of the user whom the person uses, usually the lowest; DELETE FROM user_oauth WHERE id IN (the others)'')
     FROM (SELECT MIN(CONVERT(oauth_type USING utf8mb4)) AS t, MIN(CONVERT(oauth_id USING utf8mb4)) AS i, COUNT(*) AS n,
                  GROUP_CONCAT(id ORDER BY id) AS ids, GROUP_CONCAT(user_id ORDER BY id) AS users, MIN(id) AS first
             FROM user_oauth
            GROUP BY CONVERT(oauth_type USING utf8mb4) COLLATE ',
  (SELECT MAX(becomes) FROM scanlogin_found WHERE tab = 'user_oauth' AND name = 'oauth_type'),
  ', CONVERT(oauth_id USING utf8mb4) COLLATE utf8mb4_bin HAVING COUNT(*) > 1 ORDER BY first LIMIT 20) d'), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

-- A username twice: its table may have no unique key, or one that tells more apart than utf8mb4's collation.
SET @scanlogin_sql = IF(@scanlogin_possible, CONCAT(
  'INSERT INTO scanlogin_problem (problem, what_to_do)
   SELECT CONCAT(''the usernames of user_user.id '', ids, '' are equal: '', names), ''give all but one another username''
     FROM (SELECT GROUP_CONCAT(id ORDER BY id) AS ids, GROUP_CONCAT(username ORDER BY id SEPARATOR '', '') AS names, MIN(id) AS first
             FROM user_user
            GROUP BY CONVERT(username USING utf8mb4) COLLATE ',
  (SELECT MAX(becomes) FROM scanlogin_found WHERE tab = 'user_user' AND name = 'username'),
  ' HAVING COUNT(*) > 1 ORDER BY first LIMIT 20) d'), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

SET @scanlogin_sql = IF(@scanlogin_possible,
  'INSERT INTO scanlogin_problem (problem, what_to_do)
   SELECT CONCAT(''user_oauth.id '', GROUP_CONCAT(id ORDER BY id), '' belong to users that do not exist'',
                 IF(COUNT(*) = 20, '' (the first 20)'', '''')),
          ''DELETE FROM user_oauth WHERE user_id NOT IN (SELECT id FROM user_user): who scans again gets a new user''
     FROM (SELECT o.id FROM user_oauth o LEFT JOIN user_user u ON u.id = o.user_id
            WHERE u.id IS NULL AND o.user_id IS NOT NULL ORDER BY o.id LIMIT 20) r
   HAVING COUNT(*) > 0', 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

SET @scanlogin_sql = IF(@scanlogin_possible,
  'INSERT INTO scanlogin_problem (problem, what_to_do)
   SELECT CONCAT(''user_user.id '', MAX(id), '' is greater than 9223372036854775807''), ''give that user another id''
     FROM user_user WHERE id > 9223372036854775807 HAVING COUNT(*) > 0', 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

SELECT problem, what_to_do FROM scanlogin_problem ORDER BY place;
SET @scanlogin_problems = (SELECT COUNT(*) FROM scanlogin_problem);
-- No value of this variable: the statement fails with the text in its message, and the client ends here.
SET SESSION completion_type = IF(@scanlogin_problems = 0, @@completion_type, CONCAT('STOPPED, nothing was changed. ',
  @scanlogin_problems, IF(@scanlogin_problems = 1, ' problem is', ' problems are'),
  ' listed above, with what to do; then run this file again'));

-- ---- what is to be done ----
-- A client that does not end at an error (--force) changes nothing either: each step asks for @scanlogin_problems.

-- A column that is added NOT NULL has no value of the row's own: this one comes with NULL, and gets created_time below.
SET @scanlogin_add = IF(
  (SELECT MAX(found) IS NULL FROM scanlogin_found WHERE tab = 'user_oauth' AND name = 'last_mod_time'),
  'ADD COLUMN last_mod_time datetime(6) NULL', NULL);
UPDATE scanlogin_found SET found = name, nullable = 'YES'
 WHERE tab = 'user_oauth' AND name = 'last_mod_time' AND found IS NULL;

-- The columns' definitions, those that the table lacks included, in one statement a table: it is done or it is not.
-- A user's id has one type in both tables.
SET @scanlogin_id = (SELECT MAX(whole_type) FROM scanlogin_found WHERE tab = 'user_user' AND name = 'id');
SET @scanlogin_columns_of_user = (
  SELECT GROUP_CONCAT(IF(found IS NULL, 'ADD COLUMN', CONCAT('CHANGE COLUMN `', found, '`')), ' `', name, '` ',
           CASE kind WHEN 'number' THEN whole_type
                     WHEN 'text' THEN CONCAT('varchar(', width, ') CHARACTER SET utf8mb4 COLLATE ', becomes)
                     WHEN 'flag' THEN 'tinyint(1)' ELSE 'datetime(6)' END, ' ', tail,
           IF(remark <> '', CONCAT(' COMMENT ', QUOTE(remark)), '') ORDER BY place SEPARATOR ', ')
    FROM scanlogin_found WHERE tab = 'user_user');
SET @scanlogin_columns_of_oauth = (
  SELECT GROUP_CONCAT('CHANGE COLUMN `', found, '` `', name, '` ',
           CASE kind WHEN 'number' THEN IF(name = 'user_id', @scanlogin_id, whole_type)
                     WHEN 'text' THEN CONCAT('varchar(', width, ') CHARACTER SET utf8mb4 COLLATE ', becomes)
                     ELSE 'datetime(6)' END, ' ', tail,
           IF(remark <> '', CONCAT(' COMMENT ', QUOTE(remark)), '') ORDER BY place SEPARATOR ', ')
    FROM scanlogin_found WHERE tab = 'user_oauth');

-- Only InnoDB has transactions and foreign keys; only its DYNAMIC rows have keys on texts of this length.
SET @scanlogin_options_of_user = (
  SELECT CONCAT(IF(ENGINE = 'InnoDB', '', ', ENGINE = InnoDB'),
                IF(ENGINE = 'InnoDB' AND ROW_FORMAT IN ('Dynamic', 'Compressed'), '', ', ROW_FORMAT = DYNAMIC'),
                IF(TABLE_COLLATION LIKE 'utf8mb4%', '', ', DEFAULT CHARACTER SET utf8mb4'))
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_user');
SET @scanlogin_options_of_oauth = (
  SELECT CONCAT(IF(ENGINE = 'InnoDB', '', ', ENGINE = InnoDB'),
                IF(ENGINE = 'InnoDB' AND ROW_FORMAT IN ('Dynamic', 'Compressed'), '', ', ROW_FORMAT = DYNAMIC'),
                IF(TABLE_COLLATION LIKE 'utf8mb4%', '', ', DEFAULT CHARACTER SET utf8mb4'))
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_oauth');

-- Keys go by their columns: Django names them otherwise.
SET @scanlogin_keys_of_user = IF('username' IN (
  SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) FROM information_schema.STATISTICS
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_user' AND INDEX_TYPE = 'BTREE'
   GROUP BY INDEX_NAME HAVING MAX(NON_UNIQUE) = 0 AND MAX(SUB_PART) IS NULL AND COUNT(COLUMN_NAME) = COUNT(*)),
  '', ', ADD UNIQUE KEY user_user_username_uniq (username)');
SET @scanlogin_keys_of_oauth = CONCAT(
  IF('oauth_type,oauth_id' IN (
    SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_oauth' AND INDEX_TYPE = 'BTREE'
     GROUP BY INDEX_NAME HAVING MAX(NON_UNIQUE) = 0 AND MAX(SUB_PART) IS NULL AND COUNT(COLUMN_NAME) = COUNT(*)),
    '', ', ADD UNIQUE KEY user_oauth_type_id_uniq (oauth_type, oauth_id)'),
  IF(EXISTS (
    SELECT 1 FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_oauth' AND COLUMN_NAME = 'user_id' AND SEQ_IN_INDEX = 1),
    '', ', ADD KEY user_oauth_user_id_idx (user_id)'));

-- Django deletes a user's identities itself; with this foreign key the database does, whoever deletes the user.
SET @scanlogin_foreign = CONCAT(
  COALESCE((
    SELECT GROUP_CONCAT(', DROP FOREIGN KEY `', k.CONSTRAINT_NAME, '`' SEPARATOR '')
      FROM information_schema.KEY_COLUMN_USAGE k
      JOIN information_schema.REFERENTIAL_CONSTRAINTS r
        ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
     WHERE k.TABLE_SCHEMA = DATABASE() AND k.TABLE_NAME = 'user_oauth' AND k.COLUMN_NAME = 'user_id'
       AND k.REFERENCED_TABLE_NAME = 'user_user' AND r.DELETE_RULE <> 'CASCADE'), ''),
  IF(EXISTS (
    SELECT 1 FROM information_schema.KEY_COLUMN_USAGE k
      JOIN information_schema.REFERENTIAL_CONSTRAINTS r
        ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
     WHERE k.TABLE_SCHEMA = DATABASE() AND k.TABLE_NAME = 'user_oauth' AND k.COLUMN_NAME = 'user_id'
       AND k.REFERENCED_TABLE_NAME = 'user_user' AND r.DELETE_RULE = 'CASCADE'),
    '', CONCAT(', ADD CONSTRAINT ', IF(EXISTS (
      SELECT 1 FROM information_schema.KEY_COLUMN_USAGE
       WHERE CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_NAME = 'user_oauth_user_id_fk'),
      -- A foreign key cannot be replaced by one of its own name in one statement.
      'user_oauth_user_fk', 'user_oauth_user_id_fk'),
    ' FOREIGN KEY (user_id) REFERENCES user_user (id) ON DELETE CASCADE')));

-- ---- a rehearsal, on empty copies that vanish with the connection ----
-- What a server may refuse for a table of yours (too wide a row, too long a key) it refuses here, before any change.

SET @scanlogin_rehearse = @scanlogin_problems = 0 AND (
  SELECT ENGINE <> 'InnoDB' OR ROW_FORMAT <> 'Compressed' FROM information_schema.TABLES
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_user');
SET @scanlogin_sql = IF(@scanlogin_rehearse, 'CREATE TEMPORARY TABLE scanlogin_rehearsal_user LIKE user_user', 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
SET @scanlogin_sql = IF(@scanlogin_rehearse, CONCAT('ALTER TABLE scanlogin_rehearsal_user ',
  @scanlogin_columns_of_user, @scanlogin_keys_of_user, @scanlogin_options_of_user), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
SET @scanlogin_rehearse = @scanlogin_problems = 0 AND (
  SELECT ENGINE <> 'InnoDB' OR ROW_FORMAT <> 'Compressed' FROM information_schema.TABLES
   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_oauth');
SET @scanlogin_sql = IF(@scanlogin_rehearse, 'CREATE TEMPORARY TABLE scanlogin_rehearsal_oauth LIKE user_oauth', 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
SET @scanlogin_sql = IF(@scanlogin_rehearse AND @scanlogin_add IS NOT NULL,
  CONCAT('ALTER TABLE scanlogin_rehearsal_oauth ', @scanlogin_add), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
SET @scanlogin_sql = IF(@scanlogin_rehearse, CONCAT('ALTER TABLE scanlogin_rehearsal_oauth ',
  @scanlogin_columns_of_oauth, @scanlogin_keys_of_oauth, @scanlogin_options_of_oauth), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
DROP TEMPORARY TABLE IF EXISTS scanlogin_rehearsal_user, scanlogin_rehearsal_oauth;

-- Changes begin here.
-- ---- the changes: each statement is done whole or not at all, and is there only if it is needed ----

SET @scanlogin_sql = IF(@scanlogin_problems = 0 AND @scanlogin_add IS NOT NULL,
  CONCAT('ALTER TABLE user_oauth ', @scanlogin_add), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

-- NULL where the column becomes NOT NULL.
SET @scanlogin_sql = COALESCE((
  SELECT CONCAT('UPDATE user_user SET ', GROUP_CONCAT('`', found, '` = COALESCE(`', found, '`, ', instead, ')' SEPARATOR ', '),
                ' WHERE ', GROUP_CONCAT('`', found, '` IS NULL' SEPARATOR ' OR '))
    FROM scanlogin_found
   WHERE @scanlogin_problems = 0 AND tab = 'user_user' AND nullable = 'YES' AND instead IS NOT NULL), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
SET @scanlogin_sql = COALESCE((
  SELECT CONCAT('UPDATE user_oauth SET ', GROUP_CONCAT('`', found, '` = COALESCE(`', found, '`, ', instead, ')' SEPARATOR ', '),
                ' WHERE ', GROUP_CONCAT('`', found, '` IS NULL' SEPARATOR ' OR '))
    FROM scanlogin_found
   WHERE @scanlogin_problems = 0 AND tab = 'user_oauth' AND nullable = 'YES' AND instead IS NOT NULL), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

SET @scanlogin_sql = IF(@scanlogin_problems = 0, CONCAT(
  'ALTER TABLE user_user ', @scanlogin_columns_of_user, @scanlogin_keys_of_user, @scanlogin_options_of_user), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;
SET @scanlogin_sql = IF(@scanlogin_problems = 0, CONCAT(
  'ALTER TABLE user_oauth ', @scanlogin_columns_of_oauth, @scanlogin_keys_of_oauth, @scanlogin_foreign,
  @scanlogin_options_of_oauth), 'DO 0');
PREPARE scanlogin_step FROM @scanlogin_sql;
EXECUTE scanlogin_step;

DEALLOCATE PREPARE scanlogin_step;
DROP TEMPORARY TABLE scanlogin_wanted, scanlogin_found, scanlogin_problem;
SET SESSION sql_mode = @scanlogin_mode, SESSION time_zone = @scanlogin_zone,
    SESSION group_concat_max_len = @scanlogin_concat;
