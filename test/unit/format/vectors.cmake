# Writes the generated model files that vectors_test.cpp reads, anew whenever their generator changes.
set(vectors ${CMAKE_BINARY_DIR}/vectors)
file(GLOB vector_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/vectors/*.py)
add_custom_command(
  OUTPUT ${vectors}/manifest.tsv
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${vectors}
  COMMAND ${CMAKE_SOURCE_DIR}/tools/make-vectors ${vectors}
  DEPENDS ${CMAKE_SOURCE_DIR}/tools/make-vectors ${vector_sources})
target_sources(unit_tests PRIVATE ${vectors}/manifest.tsv)
set_property(SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/unit/format/vectors_test.cpp
             APPEND PROPERTY COMPILE_DEFINITIONS
             HARTONOMOUS_VECTORS="${vectors}")
