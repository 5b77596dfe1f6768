// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Test data that is not part of the repository: $HARTONOMOUS_SHARED/data, or ../shared/data beside
// the checkout. Tests that need it say so and do nothing where it is absent.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace hartonomous::test {

inline std::filesystem::path shared_data() {
  const char* named = std::getenv("HARTONOMOUS_SHARED");
  return std::filesystem::path(named != nullptr ? named : HARTONOMOUS_SOURCE "/../shared") / "data";
}

inline std::string file_contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace hartonomous::test
