// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <cstring>
#include <random>

#include "properties.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

// Every other mutation overwrites four or eight bytes with a number at which size arithmetic turns.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  if (size < 16 || seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  std::minstd_rand random(seed);
  constexpr std::uint64_t kTurns[] = {0, 1, 2, 8, 31, 32, 63, 64, 255, 256, 0x7fffffff, 0xffffffff};
  std::uint64_t value = kTurns[random() % std::size(kTurns)];
  if (random() % 2 == 0) value = std::uint64_t{1} << random() % 64;
  value += random() % 3 - 1;
  const std::size_t width = random() % 2 == 0 ? 4 : 8;
  std::memcpy(data + random() % (size - width + 1), &value, width);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  const std::string_view file = fuzz::text_of(data, size);
  fuzz::check_parse(file);
  core::format::Limits lenient;
  lenient.strict_gguf_offsets = false;
  fuzz::check_parse(file, lenient);
  return 0;
}
