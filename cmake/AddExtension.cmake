# add_extension(NAME SOURCES f... SOURCE_DIRS d... LIBRARIES t...)
#
# Builds NAME.so from SOURCES and every *.cpp below SOURCE_DIRS, assembles NAME--VERSION.sql from
# sql/header.sql and the modules listed in sql/manifest.txt, and installs both with NAME.control.
function(add_extension name)
  cmake_parse_arguments(arg "" "" "SOURCES;SOURCE_DIRS;LIBRARIES" ${ARGN})
  set(sources ${arg_SOURCES})
  foreach(dir ${arg_SOURCE_DIRS})
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${dir}/*.cpp)
    list(APPEND sources ${found})
  endforeach()

  set(map ${CMAKE_SOURCE_DIR}/cmake/exports.map)
  add_library(${name} MODULE ${sources})
  set_target_properties(${name} PROPERTIES PREFIX "" LINK_DEPENDS ${map})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_include_directories(${name} SYSTEM PRIVATE ${PG_INCLUDEDIR_SERVER})
  target_compile_definitions(${name} PRIVATE HARTONOMOUS_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  target_link_options(${name} PRIVATE -Wl,--version-script=${map} -Wl,--exclude-libs,ALL)

  set(script ${CMAKE_BINARY_DIR}/${name}--${PROJECT_VERSION}.sql)
  file(STRINGS ${CMAKE_SOURCE_DIR}/sql/manifest.txt parts REGEX "^[^#]")
  list(TRANSFORM parts PREPEND ${CMAKE_SOURCE_DIR}/sql/)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/sql/manifest.txt)
  add_custom_command(OUTPUT ${script}
    COMMAND ${CMAKE_SOURCE_DIR}/tools/assemble-sql ${script} ${parts}
    DEPENDS ${parts} ${CMAKE_SOURCE_DIR}/tools/assemble-sql VERBATIM)
  add_custom_target(${name}_sql ALL DEPENDS ${script})

  install(TARGETS ${name} LIBRARY DESTINATION ${PG_PKGLIBDIR})
  install(FILES ${script} ${CMAKE_SOURCE_DIR}/${name}.control DESTINATION ${PG_SHAREDIR}/extension)
endfunction()
