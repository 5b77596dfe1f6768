CREATE OR REPLACE VIEW hartonomous.cpe_token_list
WITH (security_invoker = true, security_barrier = true) AS
SELECT v.name AS vocabulary, t.token_id, hartonomous.text_of_bytes(t.bytes) AS token, t.bytes,
  t.token_type, t.is_continuation, t.score, t.atom_id, t.text_atom_id, v.vocabulary_id
FROM hartonomous.cpe_vocabulary v JOIN hartonomous.cpe_token t USING (vocabulary_id);
COMMENT ON VIEW hartonomous.cpe_token_list IS
'The tokens of the vocabularies that the current user sees.';
COMMENT ON COLUMN hartonomous.cpe_token_list.vocabulary IS 'Name of the vocabulary.';
COMMENT ON COLUMN hartonomous.cpe_token_list.token_id IS 'The token''s number.';
COMMENT ON COLUMN hartonomous.cpe_token_list.token IS
'The token as text; NULL if its bytes alone are none, as half a character.';
COMMENT ON COLUMN hartonomous.cpe_token_list.bytes IS 'What the token stands for.';
COMMENT ON COLUMN hartonomous.cpe_token_list.token_type IS 'What the token is for.';
COMMENT ON COLUMN hartonomous.cpe_token_list.is_continuation IS
'True for a token that stands inside a word only.';
COMMENT ON COLUMN hartonomous.cpe_token_list.score IS
'The token''s score in its file; 0 where there is none.';
COMMENT ON COLUMN hartonomous.cpe_token_list.atom_id IS 'The token as an atom.';
COMMENT ON COLUMN hartonomous.cpe_token_list.text_atom_id IS
'The atom of the token''s text as a word of a document.';
COMMENT ON COLUMN hartonomous.cpe_token_list.vocabulary_id IS 'Key of the vocabulary.';
GRANT SELECT ON hartonomous.cpe_token_list TO PUBLIC;
