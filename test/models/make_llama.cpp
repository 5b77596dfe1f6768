// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// make_llama SHAPE TYPE SEED FILE: writes a GGUF file of Llama's shape with weights from a seed.
//   SHAPE  small, 100m or 1b     TYPE  F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K or Q6_K
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "models/seeded_llama.hpp"

int main(int count, char** arguments) {
  using namespace hartonomous;
  if (count != 5) {
    std::fputs("usage: make_llama SHAPE TYPE SEED FILE\n", stderr);
    return 2;
  }
  const auto shape = test::named_shape(arguments[1]);
  const auto type = core::tensor::dtype_by_name(arguments[2]);
  if (!shape || !type) {
    std::fprintf(stderr, "make_llama: no shape %s or no type %s\n", arguments[1], arguments[2]);
    return 2;
  }
  std::ofstream file(arguments[4], std::ios::binary);
  const bool is_known = test::write_llama(
      *shape, *type, std::strtoull(arguments[3], nullptr, 10), [&](std::string_view bytes) {
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      });
  file.close();
  if (!is_known || !file) {
    std::fprintf(stderr, "make_llama: %s\n", is_known ? "cannot write" : "no such type of weights");
    return 1;
  }
  return 0;
}
