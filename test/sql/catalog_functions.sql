-- Every function and how it is marked: a change of any of it is seen in review.
-- v: i immutable, s stable, v volatile. p: s parallel safe, r restricted, u unsafe. public: PUBLIC may call it.
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' '
SELECT p.oid::regprocedure, '-> ' || CASE WHEN p.proretset THEN 'setof ' ELSE '' END || p.prorettype::regtype,
  'v=' || p.provolatile::text, 'p=' || p.proparallel::text, CASE WHEN p.proisstrict THEN 'strict' ELSE 'nullable' END,
  'cost=' || p.procost, CASE WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END,
  CASE WHEN has_function_privilege('public', p.oid, 'EXECUTE') THEN 'public' ELSE 'granted' END
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'hartonomous'
  JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
ORDER BY p.oid::regprocedure::text COLLATE "C";
