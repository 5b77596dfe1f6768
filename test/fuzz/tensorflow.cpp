// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The first byte chooses: a whole file, a table's blocks with their checksums made right, or a
// Snappy stream.
#include "core/format/tensorflow/snappy.hpp"
#include "format/tensorflow_builder.hpp"
#include "properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  const std::string_view input = fuzz::text_of(data, size);
  if (input.empty()) return 0;
  const std::string_view rest = input.substr(1);
  switch (input[0] % 3) {
    case 0:
      fuzz::check_parse(rest);
      break;
    case 1: {
      test::Table table;
      table.block = rest;
      table.compression = (input[0] & 0x10) != 0 ? 1 : 0;
      // A compressed block is the input itself; of a plain one the end is made.
      fuzz::check_parse(table.compression == 0
                            ? table.file()
                            : table.file([&](const std::string&) { return std::string(rest); }));
      break;
    }
    default: {
      constexpr std::uint64_t kLimit = 1 << 20;
      const auto expanded = core::format::tensorflow::snappy_expand(core::as_bytes(rest), kLimit);
      if (expanded.is_ok()) {
        fuzz::require(expanded.value().size() <= kLimit);
      } else {
        fuzz::check_refusal(expanded.status());
      }
    }
  }
  return 0;
}
