// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The input as a PyTorch file, as the pickle of an archive whose storages are there, and as the
// object of a legacy stream.
#include "format/pickle_builder.hpp"
#include "properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  const std::string input(fuzz::text_of(data, size));
  core::format::Limits limits;
  limits.max_pickle_memo = 100'000;  // the memo's memory is not what is looked for
  fuzz::check_parse(input, limits);
  fuzz::check_parse(test::pickle::archive(input, {std::string(24, 'x'), std::string(6, 'y')}),
                    limits);
  fuzz::check_parse(test::pickle::stream(input, {{"0", std::string(24, 'x'), 6}}), limits);
  return 0;
}
