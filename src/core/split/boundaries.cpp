// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/split/boundaries.hpp"

#include <array>

namespace hartonomous::core::split {

namespace {

struct Kernels {
  std::array<BoundaryKernel, 2> all;
  std::size_t count;
};

Kernels available() noexcept {
  Kernels kernels{{kPortableBoundaries}, 1};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
    kernels.all[kernels.count++] = kAvx2Boundaries;
  }
#endif
  return kernels;
}

}  // namespace

std::span<const BoundaryKernel> boundary_kernels() noexcept {
  static const Kernels kernels = available();
  return {kernels.all.data(), kernels.count};
}

Contraction contraction_at(std::string_view text, std::size_t at, bool any_case) noexcept {
  const auto letter = [&](std::size_t i) -> char {
    if (i >= text.size()) return 0;
    const char c = text[i];
    return any_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  const char first = letter(at + 1), second = letter(at + 2);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return {2, 2};
  if ((first == 'r' || first == 'v') && second == 'e') return {3, 3};
  if (first == 'l' && second == 'l') return {3, 3};
  if (any_case && text.substr(at + 1, 2) == "\u017f") return {3, 2};
  return {0, 0};
}

bool meets_line_end(std::string_view text, std::size_t at) noexcept {
  const LetterClasses& classes = LetterClasses::instance();
  while (at < text.size()) {
    if (text[at] == '\n' || text[at] == '\r') return true;
    const LetterClasses::Character character = classes.at(text, at);
    if (character.letter_class != LetterClass::kSpace) return false;
    at += character.length;
  }
  return false;
}

}  // namespace hartonomous::core::split
