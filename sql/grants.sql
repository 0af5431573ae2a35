-- What the user of MySQL that scanlogin's programs log in as (MYSQL_USER) may do, scanlogin-admin as well; it needs nothing
-- else. Make the user first, and load this as root behind schema.sql, into the same database; it may be loaded again:
--
--   mariadb -e "CREATE USER scanlogin@localhost IDENTIFIED BY '…'"
--   mariadb scanlogin < grants.sql
--
-- localhost is for a unix socket, or MySQL on the same machine. From other machines the user has another name:
--
--   sed "s/@localhost/@'10.0.0.%'/" grants.sql | mariadb scanlogin
--
-- What sql/triggers.sql needs on top is said there. scanlogin-migrate is for root, or whoever made the tables.

GRANT SELECT, INSERT, UPDATE, DELETE ON user_user TO scanlogin@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_oauth TO scanlogin@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_audit TO scanlogin@localhost;
GRANT SELECT ON scanlogin_schema TO scanlogin@localhost;
