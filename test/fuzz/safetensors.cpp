// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <cstring>
#include <vector>

#include "properties.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

// Every other mutation works on the JSON alone and then makes the length before it true, so that
// the parser behind the length is reached as often as the length check.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  if (size < 9 || size >= max_size || seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  std::uint64_t length;
  std::memcpy(&length, data, sizeof length);
  if (length > size - 8) length = size - 8;
  const std::vector<std::uint8_t> tail(data + 8 + length, data + size);
  length = LLVMFuzzerMutate(data + 8, length, max_size - 8 - tail.size());
  std::memcpy(data, &length, sizeof length);
  std::ranges::copy(tail, data + 8 + length);
  return 8 + length + tail.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  fuzz::check_parse(fuzz::text_of(data, size));
  return 0;
}
