# C++20, strict warnings, hardening, and reproducible floating point: stored keys must come out the
# same on every CPU, so products are never fused and nothing is reassociated.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)  # for clang-tidy
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O3 -g1")

option(HARTONOMOUS_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer, no recovery" OFF)
option(HARTONOMOUS_FUZZ "build the libFuzzer targets (needs clang++)" OFF)
option(HARTONOMOUS_WERROR "warnings are errors" ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(
  -fno-strict-aliasing -ffp-contract=off -fstack-protector-strong
  $<$<COMPILE_LANGUAGE:CXX>:-Wall>
  $<$<COMPILE_LANGUAGE:CXX>:-Wextra>
  $<$<COMPILE_LANGUAGE:CXX>:-Wshadow>
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fconstexpr-steps=33554432>  # GCC's default allowance
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${HARTONOMOUS_WERROR}>>:-Werror>)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_link_options(-Wl,-z,relro,-z,now,--as-needed)
if(HARTONOMOUS_SANITIZE OR HARTONOMOUS_FUZZ)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
else()
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
