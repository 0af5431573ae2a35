-- @ROWS@ users, two identities each, and as many audit entries, as they come about in five years. For admin.sh.
-- IDs and dates grow together; nicknames, phone numbers and last logins are in no order.
SET foreign_key_checks = 0, unique_checks = 0; -- empty tables are filled faster so
TRUNCATE user_audit;
TRUNCATE user_oauth;
TRUNCATE user_user;
SET @from = '2021-01-01', @spacing = 157680000 / @ROWS@, @until = '2026-01-01';

INSERT INTO user_user (id, password, username, date_joined, last_login, nickname, avatar_url, gender, phone_number,
                       is_active, is_staff)
SELECT id, '!', CONCAT('user_', username), joined,
       IF(chance % 14 = 0, NULL, joined + INTERVAL TIMESTAMPDIFF(SECOND, joined, @until) * (chance / 4294967296) SECOND),
       CASE WHEN name % 20 < 12
            THEN CONCAT(SUBSTRING('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', 1 + name DIV 20 % 20, 1),
                        SUBSTRING('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平', 1 + name DIV 400 % 20, 1),
                        SUBSTRING('国文华春志小海玉建云永晓新立金天丹红雪梅', 1 + name DIV 8000 % 20, 1))
            WHEN name % 20 < 17
            THEN CONCAT(ELT(1 + name DIV 20 % 6, 'Tom', 'Lily', 'sunny', 'Kevin', 'A', 'momo'), name DIV 120 % 10000)
            ELSE CONCAT(ELT(1 + name DIV 20 % 5, '🌸', '一只', '不吃', '爱', '~'), '的猫', name DIV 100 % 1000) END,
       CONCAT('https://thirdwx.qlogo.cn/mmopen/vi_32/', REPEAT(username, 2), '/132'), '',
       IF(phone % 5 < 2, CONCAT(ELT(1 + phone DIV 5 % 3, '13', '15', '18'), LPAD(name % 1000000000, 9, '0')), ''),
       id % 1000 <> 0, id % 5000 = 7
  FROM (SELECT seq AS id, @from + INTERVAL seq * @spacing SECOND AS joined, MD5(seq) AS username,
               CRC32(CONCAT('chance', seq)) AS chance, CRC32(CONCAT('name', seq)) AS name,
               CRC32(CONCAT('phone', seq)) AS phone
          FROM seq_2_to_@ROWS@) AS made;

-- All ids of one app begin alike.
INSERT INTO user_oauth (id, oauth_type, oauth_id, created_time, last_mod_time, user_id)
SELECT 2 * id - 1 + seq, IF(seq, 'weixin', 'wx_openid'),
       CONCAT(IF(seq, 'o6_bm', 'oQ7xk'), LEFT(MD5(2 * id + seq), 23)), date_joined,
       GREATEST(date_joined, COALESCE(last_login, date_joined)), id
  FROM user_user, seq_0_to_1;

INSERT INTO user_audit (id, at, action, user_id, actor_id, actor_name, address, user_agent, request, detail)
SELECT seq, @from + INTERVAL seq * @spacing SECOND,
       CASE WHEN seq % 10000 = 5 THEN 'delete' WHEN seq % 500 = 4 THEN 'change' WHEN seq % 10 < 2 THEN 'logout'
            ELSE 'login' END,
       2 + CRC32(seq) % (seq + 1) % (@ROWS@ - 2), IF(seq % 500 = 4, 7, NULL), IF(seq % 500 = 4, 'admin', ''),
       '203.0.113.9', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0',
       MD5(CONCAT('request', seq)), IF(seq % 10 < 2, '{}', '{"new":false}')
  FROM seq_1_to_@ROWS@;

-- The admin that asks, and somebody that one search finds alone.
INSERT INTO user_user (id, password, username, date_joined, nickname, avatar_url, is_staff)
VALUES (1, '!', 'bench-1', @from, '用户1', 'https://thirdwx.qlogo.cn/mmopen/vi_32/1/132', 1);
UPDATE user_user SET nickname = '孤帆远影', username = 'guyuan', phone_number = '16600000001' WHERE id = @ROWS@ DIV 2;
UPDATE user_oauth SET oauth_id = 'one_openid' WHERE id = @ROWS@ DIV 2 * 2 - 1;
ANALYZE TABLE user_user, user_oauth, user_audit;
