// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Loops over integers, compiled twice: for any CPU, and for those with AVX2 and BMI2, where the
// compiler makes vector code of them. Both do the same arithmetic, so results do not depend on the
// CPU. A loop is a function marked HARTONOMOUS_LOOP that takes all it needs by value: what it reads
// through references could be what it stores to, and would be read again at each turn.
#pragma once

#define HARTONOMOUS_LOOP [[gnu::always_inline]] inline

namespace hartonomous::core::block {

#if defined(__x86_64__)

template <auto Loop, class... Arguments>
[[gnu::target("avx2,bmi,bmi2,lzcnt,popcnt"), gnu::noinline]] auto with_vectors(
    Arguments... arguments) {
  return Loop(arguments...);
}

inline bool has_vectors() noexcept {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

template <auto Loop, class... Arguments>
auto vectorized(Arguments... arguments) {
  return has_vectors() ? with_vectors<Loop>(arguments...) : Loop(arguments...);
}

#else

template <auto Loop, class... Arguments>
auto vectorized(Arguments... arguments) {
  return Loop(arguments...);
}

#endif

}  // namespace hartonomous::core::block
