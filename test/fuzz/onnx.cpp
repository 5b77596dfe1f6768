// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The input as an ONNX model, as its graph, and as one of its initializers.
#include "format/onnx_builder.hpp"
#include "properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  const std::string_view input = fuzz::text_of(data, size);
  fuzz::check_parse(input);
  fuzz::check_parse(test::proto::model(input));
  fuzz::check_parse(test::proto::model(test::proto::bytes(5, input)));
  return 0;
}
