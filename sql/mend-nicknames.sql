-- Mends the nicknames that the Django module garbled at a first login: it took WeChat's UTF-8 for Latin-1, so that 张三 is
-- stored as å¼ ä¸. Run it after 0001-from-django.sql. It only shows what it would change, until @mend is 1:
--
--   mariadb DATABASE < mend-nicknames.sql
--   mariadb --init-command='SET @mend = 1' DATABASE < mend-nicknames.sql
--
-- A text is mended if each character is one of U+0000 to U+00FF, not all are ASCII, and these numbers, taken for bytes, are
-- good UTF-8. Where the result could be mended once more nobody can tell which one was meant: such a text is listed as
-- "left" and stays. So no text is ever mended twice, however often this is run.

SET NAMES utf8mb4 COLLATE utf8mb4_general_ci;
SET @scanlogin_mode = @@sql_mode;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION';

-- No value of this variable: the statement fails with the text in its message, and the client ends here.
SET SESSION completion_type = IF(
  EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_user'
             AND COLUMN_NAME = 'nickname' AND CHARACTER_SET_NAME = 'utf8mb4'),
  @@completion_type, 'STOPPED, nothing was changed. Run 0001-from-django.sql first: the nicknames are not in utf8mb4');

DROP TEMPORARY TABLE IF EXISTS scanlogin_nickname;
CREATE TEMPORARY TABLE scanlogin_nickname (
  id       bigint       NOT NULL PRIMARY KEY,
  garbled  varchar(768) NOT NULL,
  mended   varchar(768) NOT NULL,
  is_clear tinyint(1)   NOT NULL DEFAULT 1
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- All in hex. The server's own latin1 is Windows' cp1252: it has no U+0080 and 26 others, which Python's has. In UTF-16
-- each of these characters is its byte behind 00, and every other character is something else.
SET @scanlogin_latin1 = '^(00..)+$';
SET @scanlogin_high = '00(?=..(....)*$)'; -- the 00 of each character
SET @scanlogin_utf8 = CONCAT('^([0-7].|(C[2-9A-F]|D.)[89AB].|E0[AB].[89AB].|(E[1-9A-CEF]|ED(?=[89]))[89AB].[89AB].',
  '|(F0(?=[9AB])|F[1-3]|F4(?=8))[89AB].[89AB].[89AB].)+$');

INSERT INTO scanlogin_nickname (id, garbled, mended)
  SELECT id, nickname, CONVERT(UNHEX(bytes) USING utf8mb4)
    FROM (SELECT id, nickname, REGEXP_REPLACE(wide, @scanlogin_high, '') AS bytes
            FROM (SELECT id, nickname, HEX(CONVERT(nickname USING utf16)) AS wide FROM user_user
                   WHERE LENGTH(nickname) <> CHAR_LENGTH(nickname)) texts
           WHERE wide REGEXP @scanlogin_latin1) latin1_texts
   WHERE bytes REGEXP @scanlogin_utf8;
UPDATE scanlogin_nickname SET is_clear = 0
 WHERE LENGTH(mended) <> CHAR_LENGTH(mended) AND HEX(CONVERT(mended USING utf16)) REGEXP @scanlogin_latin1
   AND REGEXP_REPLACE(HEX(CONVERT(mended USING utf16)), @scanlogin_high, '') REGEXP @scanlogin_utf8;

SELECT id, garbled, mended, IF(is_clear, IF(COALESCE(@mend, 0) = 1, 'mended', 'would be mended'), 'left') AS what
  FROM scanlogin_nickname ORDER BY id;
UPDATE user_user u JOIN scanlogin_nickname n ON n.id = u.id
   SET u.nickname = n.mended
 WHERE COALESCE(@mend, 0) = 1 AND n.is_clear = 1 AND CAST(u.nickname AS BINARY) = CAST(n.garbled AS BINARY);
SET @scanlogin_count = ROW_COUNT();
SELECT @scanlogin_count AS mended, COALESCE(SUM(is_clear), 0) - @scanlogin_count AS to_be_mended,
       COALESCE(SUM(1 - is_clear), 0) AS left_as_they_are
  FROM scanlogin_nickname;

DROP TEMPORARY TABLE scanlogin_nickname;
SET SESSION sql_mode = @scanlogin_mode;
