-- The table that says which migrations a database has had. scanlogin-migrate fills it in; who runs these files by hand runs
-- scanlogin-migrate afterwards. Where it is there already nothing happens, so this can be run again.

-- Which migrations this database has had: scanlogin-migrate writes it, and every program reads it at its start.
CREATE TABLE IF NOT EXISTS scanlogin_schema (
  -- Of the file, 5 for 0005-schema.sql.
  number         int         NOT NULL,
  name           varchar(64) NOT NULL,
  applied_at     datetime(6) NOT NULL,
  -- A program has to know at least the migration of this number to run here; 0: this one turns no program away.
  oldest_program int         NOT NULL DEFAULT 0,
  PRIMARY KEY (number)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET = utf8mb4;
