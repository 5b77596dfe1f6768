-- Rules that every object of the extension keeps. Each query lists what breaks one; all are empty.
CREATE TEMPORARY VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS object
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'hartonomous'
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e';
CREATE TEMPORARY VIEW member_function AS
SELECT p.* FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid;
CREATE TEMPORARY VIEW member_relation AS
SELECT c.*, c.oid AS relation FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid;
SELECT count(*) > 0 AS the_views_see_the_extension FROM member_function;

-- Every object has a comment (what a table implies is commented through it).
SELECT object AS object_without_comment FROM member
WHERE obj_description(objid, classid::regclass::name) IS NULL
  AND classid NOT IN ('pg_rewrite'::regclass, 'pg_constraint'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass)
  AND NOT (classid = 'pg_class'::regclass AND (SELECT relkind IN ('i', 'I', 't') FROM pg_class WHERE oid = objid))
  AND NOT (classid = 'pg_type'::regclass AND EXISTS (
        SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.oid = objid AND (t.typelem <> 0 AND t.typlen = -1 AND t.typname ~ '^_' OR c.relkind IN ('r', 'v', 'p', 'm'))))
  -- A sequence that a column owns is explained by the column.
  AND NOT EXISTS (SELECT FROM pg_depend o WHERE classid = 'pg_class'::regclass AND o.classid = classid
                  AND o.objid = member.objid AND o.deptype IN ('a', 'i') AND o.refclassid = 'pg_class'::regclass)
ORDER BY object COLLATE "C";
SELECT r.oid::regclass AS relation, a.attname AS column_without_comment
FROM member_relation r JOIN pg_attribute a ON a.attrelid = r.relation
WHERE r.relkind IN ('r', 'v', 'p', 'm', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped
  AND col_description(r.relation, a.attnum) IS NULL
ORDER BY r.relname, a.attnum;
-- Comments begin with a sentence.
SELECT object AS comment_is_not_a_sentence FROM member
WHERE split_part(obj_description(objid, classid::regclass::name), E'\n\n', 1) !~ '[.)]$'
ORDER BY object COLLATE "C";

-- Names: lower case, no quoting needed, parameters named.
SELECT object AS name_that_needs_quotes FROM member WHERE object ~ '"' ORDER BY object COLLATE "C";
SELECT p.oid::regprocedure AS function_with_unnamed_parameters FROM member_function p
WHERE p.pronargs > 0 AND (p.proargnames IS NULL OR '' = ANY (p.proargnames))
  AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'c')
  AND p.oid NOT IN (SELECT amproc FROM pg_amproc) AND p.oid NOT IN (SELECT oprcode FROM pg_operator)
  AND NOT EXISTS (SELECT FROM pg_type t WHERE p.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout))
ORDER BY p.oid::regprocedure::text COLLATE "C";
-- Everything of ours is in our schemas.
SELECT object AS object_elsewhere FROM member m
WHERE (SELECT count(*) FROM pg_identify_object(m.classid, m.objid, 0) i
       WHERE i.schema IS NOT NULL AND i.schema NOT IN ('hartonomous', 'hartonomous_internal')) > 0
ORDER BY object COLLATE "C";

-- Privileges. What PUBLIC may call must not write and must not touch the server's files: a VOLATILE
-- function, a writer by name, or one with a path is REVOKEd. The exceptions are listed, with reason.
CREATE TEMPORARY TABLE exception (signature text PRIMARY KEY, reason text NOT NULL);
INSERT INTO exception VALUES
  ('hartonomous.is_backend_running(integer,timestamp with time zone)', 'only reads, but what it reads changes by itself'),
  ('hartonomous.explain_generate(text)', 'only reads, and measures how fast'),
  ('hartonomous.read_file(text,text,bigint,bigint)', 'its path is that of a file inside a version, not of the server');
SELECT p.oid::regprocedure AS public_may_execute FROM member_function p
WHERE has_function_privilege('public', p.oid, 'EXECUTE')
  AND (p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype
       OR p.proname ~ '^(ingest|export|delete|collect|commit|set|create|merge|import|learn|extract|vote|feedback|train|import|grant|revoke|register)_'
       OR p.proargnames[1:p.pronargs] && '{path, paths, directory, url}')
  AND p.oid::regprocedure::text NOT IN (SELECT signature FROM exception)
ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT r.relation::regclass AS public_may_write_or_read, privilege
FROM member_relation r, unnest('{SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER}'::text[]) privilege
WHERE r.relkind IN ('r', 'p', 'm', 'f') AND has_table_privilege('public', r.relation, privilege)
  AND (privilege <> 'SELECT' OR r.relname IN ('atom', 'block', 'block_base', 'block_page', 'tensor_block', 'tensor_sketch', 'file_part'))
ORDER BY r.relname COLLATE "C", privilege;
SELECT nspname AS schema_public_may_create_in FROM pg_namespace
WHERE nspname LIKE 'hartonomous%' AND has_schema_privilege('public', oid, 'CREATE');

-- SECURITY DEFINER is avoided; where it is not, the path is pinned and PUBLIC may not call it.
SELECT p.oid::regprocedure AS security_definer_without_pinned_path FROM member_function p
WHERE p.prosecdef
  AND NOT coalesce(p.proconfig::text ~ 'search_path="?(\\"\\"|pg_catalog(, *hartonomous)?, *pg_temp)', false);
SELECT p.oid::regprocedure AS sql_body_resolved_at_run_time FROM member_function p
  JOIN pg_language l ON l.oid = p.prolang
WHERE (l.lanname = 'plpgsql' OR l.lanname = 'sql' AND p.prosqlbody IS NULL)
  AND NOT coalesce(p.proconfig::text ~ 'search_path', false)
ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT p.oid::regprocedure AS leakproof_function FROM member_function p WHERE p.proleakproof;

-- Tenancy: a table with tenant_id has row-level security on, for its owner too, and a policy; views
-- look with the caller's eyes.
SELECT r.relation::regclass AS tenant_table_without_forced_row_security
FROM member_relation r JOIN pg_attribute a ON a.attrelid = r.relation AND a.attname = 'tenant_id'
WHERE r.relkind IN ('r', 'p')
  AND NOT (r.relrowsecurity AND r.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = r.relation))
ORDER BY r.relname COLLATE "C";
SELECT r.relation::regclass AS view_with_the_eyes_of_its_owner
FROM member_relation r
WHERE r.relkind = 'v' AND NOT coalesce(r.reloptions::text ~ 'security_invoker=(true|on)', false)
ORDER BY r.relname COLLATE "C";

-- Data survives pg_dump: every table and sequence with data of the users is marked for it.
SELECT r.relation::regclass AS not_dumped FROM member_relation r, pg_extension e
WHERE e.extname = 'hartonomous' AND r.relkind IN ('r', 'p', 'S') AND r.relpersistence = 'p'
  AND NOT r.relation = ANY (coalesce(e.extconfig, '{}'))
ORDER BY r.relname COLLATE "C";

-- Every table has a primary key, every foreign key an index that starts with its columns.
SELECT r.relation::regclass AS table_without_primary_key FROM member_relation r
WHERE r.relkind IN ('r', 'p') AND r.relpersistence = 'p'
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = r.relation AND i.indisprimary)
ORDER BY r.relname COLLATE "C";
SELECT k.conrelid::regclass AS "table", k.conname AS foreign_key_without_index
FROM pg_constraint k JOIN member_relation r ON r.relation = k.conrelid
WHERE k.contype = 'f' AND NOT EXISTS (
  SELECT FROM pg_index i WHERE i.indrelid = k.conrelid
    AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey)
ORDER BY 1, 2;

-- Settings: prefixed, and described in a sentence and at length.
SELECT name AS setting_without_description FROM pg_settings
WHERE name LIKE 'hartonomous.%' AND (short_desc IS NULL OR extra_desc IS NULL)
ORDER BY name COLLATE "C";
