# Where the server keeps its headers and wants its files: asked of pg_config (override: -DPG_CONFIG=).
find_program(PG_CONFIG NAMES pg_config REQUIRED)
foreach(item includedir-server pkglibdir sharedir bindir pgxs)
  execute_process(COMMAND ${PG_CONFIG} --${item} OUTPUT_VARIABLE value
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(TOUPPER ${item} name)
  string(REPLACE "-" "_" name ${name})
  set(PG_${name} ${value})
endforeach()
