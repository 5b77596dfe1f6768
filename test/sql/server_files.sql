-- Server files: who may name them, which may be named, and that writing is all or nothing.
\set SHOW_CONTEXT never
\getenv scratch HARTONOMOUS_SCRATCH
SET client_min_messages = warning;
CREATE SCHEMA probe;
GRANT USAGE ON SCHEMA probe TO PUBLIC;
CREATE FUNCTION probe.read_file(path text, file_offset bigint, length bigint) RETURNS bytea
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_read_file' LANGUAGE c;
CREATE FUNCTION probe.file_size(path text) RETURNS bigint
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_file_size' LANGUAGE c;
CREATE FUNCTION probe.write_file(path text, content bytea, times integer, finish boolean)
  RETURNS bigint
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_write_file' LANGUAGE c;
CREATE FUNCTION probe.list_directory(path text) RETURNS text
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_list_directory' LANGUAGE c;
CREATE FUNCTION probe.file_in_directory(directory text, component bytea) RETURNS text
  AS '$libdir/hartonomous_government_probe', 'hartonomous_test_file_in_directory' LANGUAGE c;
-- What a statement raises, or what it returns; paths of this run replaced.
CREATE FUNCTION probe.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text; state text; message text; detail text;
BEGIN
  EXECUTE statement INTO answer;
  RETURN coalesce(answer, 'ok');
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
    detail = PG_EXCEPTION_DETAIL;
  message := regexp_replace(message, '([a-z])\1{99,}([.]{3})?', '\1\1\1\1');
  RETURN replace(replace(state || ' ' || message || ' ' || detail,
    current_setting('probe.scratch', true), 'SCRATCH'), current_setting('probe.data'), 'DATA');
END
$$;

\set dir :scratch '/server_files'
SELECT set_config('probe.dir', :'dir', false) <> '' AS has_scratch,
  set_config('probe.scratch', :'scratch', false) <> ''
  AND set_config('probe.data', current_setting('data_directory'), false) <> '' AS is_set;
\setenv DIR :dir
\! rm -rf "$DIR" && mkdir -p "$DIR/models" "$DIR/other" "$DIR/odd" && chmod 777 "$DIR" "$DIR"/*
\! cd "$DIR/models" && printf 'first file' > a.bin && printf 'the second' > 'b c.bin' && : > empty
\! cd "$DIR/models" && ln -s ../other/blob linked && printf blob > ../other/blob && ln -s nowhere dangling
\! cd "$DIR/models" && ln -s loop loop && mkfifo fifo && mkdir sub && printf hidden > .hidden && ln -s / root
\! cd "$DIR/models" && chmod 644 a.bin 'b c.bin' empty ../other/blob
\! cd "$DIR/odd" && printf x > "$(printf 'bad\377name')"
\! printf secret > "$DIR/other/unreadable" && chmod 0 "$DIR/other/unreadable"

-- Who.
CREATE ROLE files_nobody;
CREATE ROLE files_reader;
CREATE ROLE files_writer;
GRANT pg_read_server_files TO files_reader;
GRANT pg_write_server_files TO files_writer;
CREATE FUNCTION probe.dir() RETURNS text LANGUAGE sql
  RETURN current_setting('probe.dir');
SET ROLE files_nobody;
SELECT probe.try('SELECT probe.file_size(probe.dir() || ''/models/a.bin'')');
SELECT probe.try('SELECT probe.file_size(probe.dir() || ''/models/absent'')');
SELECT probe.try('SELECT probe.list_directory(probe.dir() || ''/models'')');
SELECT probe.try('SELECT probe.write_file(probe.dir() || ''/new'', '''', 1, true)');
SET ROLE files_writer;
SELECT probe.try('SELECT probe.file_size(probe.dir() || ''/models/a.bin'')');
SET ROLE files_reader;
SELECT probe.try('SELECT probe.write_file(probe.dir() || ''/new'', '''', 1, true)');
SELECT convert_from(probe.read_file(probe.dir() || '/models/a.bin', 0, 10), 'UTF8'),
  convert_from(probe.read_file(probe.dir() || '/models/a.bin', 6, 4), 'UTF8'),
  probe.file_size(probe.dir() || '/models/empty'),
  convert_from(probe.read_file(probe.dir() || '/models/linked', 0, 4), 'UTF8');
SELECT probe.list_directory(probe.dir() || '/models');
RESET ROLE;

-- Which: every name here is refused, by an error of the closed set, for reading and for listing.
SELECT name, probe.try(format('SELECT probe.file_size(%L)', path)) AS as_file,
  probe.try(format('SELECT probe.list_directory(%L)', path)) AS as_directory
FROM (VALUES
  ('empty', ''), ('relative', 'a.bin'), ('dots', '../../etc/passwd'), ('home', '~/a.bin'),
  ('file url', 'file:///etc/passwd'), ('windows', 'C:\models\a.bin'), ('blank first', ' /etc/passwd'),
  ('long', '/' || repeat('x/', 3000)), ('long name', '/' || repeat('x', 300)),
  ('absent', probe.dir() || '/models/absent'), ('below a file', probe.dir() || '/models/a.bin/x'),
  ('dangling link', probe.dir() || '/models/dangling'), ('loop', probe.dir() || '/models/loop'),
  ('fifo', probe.dir() || '/models/fifo'), ('no permission', probe.dir() || '/other/unreadable'),
  ('null device', '/dev/null'), ('endless device', '/dev/zero'),
  ('control characters', probe.dir() || E'/models/\x01\x1b[31m'),
  ('data directory', current_setting('data_directory')),
  ('data file', current_setting('data_directory') || '/PG_VERSION'),
  ('data file by dots', current_setting('data_directory') || '/base/../PG_VERSION'),
  ('data file by double slashes', '/' || current_setting('data_directory') || '//PG_VERSION'),
  ('data file by a link', probe.dir() || '/models/root' || current_setting('data_directory')
    || '/PG_VERSION'),
  ('data file by proc', '/proc/self/cwd/PG_VERSION'),
  ('cluster file', current_setting('data_directory') || '/global/pg_control')) AS v(name, path);
SELECT probe.try(format('SELECT probe.list_directory(%L)', probe.dir() || '/odd'));
-- A directory as a file, a file as a directory.
SELECT probe.try(format('SELECT probe.file_size(%L)', probe.dir() || '/models/sub'));
SELECT probe.try(format('SELECT probe.list_directory(%L)', probe.dir() || '/models/a.bin'));
SELECT probe.try(format('SELECT probe.file_size(%L)', split_part(current_setting('unix_socket_directories'),
  ',', 1) || '/.s.PGSQL.' || current_setting('port'))) LIKE '22023 % is not a regular file%' AS is_no_socket;
-- Past the end: the file is shorter than it was.
SELECT probe.try(format('SELECT probe.read_file(%L, 5, 10)', probe.dir() || '/models/a.bin'));

-- Names that come out of files: one plain component, or nothing.
SELECT probe.file_in_directory('/srv/models', 'model-00001-of-00002.safetensors'),
  probe.file_in_directory('/', 'a b'), probe.file_in_directory('/srv/', '...');
SELECT encode(component, 'escape') AS component,
  probe.try(format('SELECT probe.file_in_directory(''/srv'', %L::bytea)', component)) AS refused
FROM (VALUES (''::bytea), ('.'), ('..'), ('/etc/passwd'), ('../x'), ('a/b'), ('a/'), ('..\\x'),
  ('\\\\host\\share'), ('a\000b'), ('\000'), ('a\012b'), ('\033[2J'), ('\177'), ('\377\376'),
  ('\300\257'), ('\355\240\200')) AS v(component);
SELECT probe.try(format('SELECT probe.file_in_directory(''/srv'', %L::bytea)', repeat('n', 255))) =
    '/srv/' || repeat('n', 255) AS fits,
  probe.try(format('SELECT probe.file_in_directory(''/srv'', %L::bytea)', repeat('n', 256)))
    LIKE '22P03 %' AS is_too_long;

-- Writing.
SET ROLE files_writer;
SELECT probe.write_file(probe.dir() || '/out.bin', 'abc', 3, true);
SELECT probe.write_file(probe.dir() || '/nothing.bin', '', 0, true);
SELECT probe.write_file(probe.dir() || '/large.bin', decode(repeat('00', 100000), 'hex'), 400, true);
SELECT probe.write_file(probe.dir() || '/given up.bin', 'abc', 3, false);
RESET ROLE;
\! cd "$DIR" && cat out.bin && echo && stat -c '%a %s %h' out.bin && ls -A | sort
SELECT name, probe.try(format('SELECT probe.write_file(%L, ''new'', 1, true)', path)) AS refused
FROM (VALUES
  ('existing', probe.dir() || '/out.bin'), ('existing link', probe.dir() || '/models/linked'),
  ('dangling link', probe.dir() || '/models/dangling'), ('existing directory', probe.dir() || '/models'),
  ('a directory', probe.dir() || '/models/'), ('dots', probe.dir() || '/models/..'),
  ('no directory', probe.dir() || '/absent/x'), ('below a file', probe.dir() || '/out.bin/x'),
  ('relative', 'x.bin'), ('empty', ''), ('root', '/'),
  ('name of 256', probe.dir() || '/' || repeat('n', 256)),
  ('data directory', current_setting('data_directory') || '/x'),
  ('tables', current_setting('data_directory') || '/base/x'),
  ('data directory by a link', probe.dir() || '/models/root' || current_setting('data_directory') || '/x'),
  ('log', current_setting('data_directory') || '/pg_wal/x')) AS v(name, path);
SELECT probe.write_file(probe.dir() || '/' || repeat('n', 255), 'x', 1, true);
\! cd "$DIR" && cat out.bin && echo && ls -A | cut -c1-20 | sort && find . -name '*.partial'

-- Nothing is left open: descriptors of this backend that lead below the directory.
CREATE TEMP TABLE open_file (line text);
SELECT set_config('probe.pid', pg_backend_pid()::text, false) <> '' AS is_set;
DO $$ BEGIN EXECUTE format('COPY open_file FROM PROGRAM %L',
  format('ls -l /proc/%s/fd | grep -F server_files || true', current_setting('probe.pid'))); END $$;
SELECT count(*) FROM open_file;
\! rm -rf "$DIR"
DROP SCHEMA probe CASCADE;
DROP ROLE files_nobody, files_reader, files_writer;
