// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Writes a valid file of either format from the input, so that most inputs are accepted: the layout
// must be the one that was written. Then one byte of the file is changed, and what is still
// accepted must still be covered.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>

#include "core/format/gguf/tensor_type.hpp"
#include "properties.hpp"

namespace {

using namespace hartonomous;

struct Written {
  std::string file;
  std::vector<core::format::TensorEntry> tensors;
};

std::vector<std::uint64_t> small_shape(FuzzedDataProvider& in, std::uint32_t block) {
  std::vector<std::uint64_t> shape(in.ConsumeIntegralInRange<std::size_t>(block > 1 ? 1 : 0, 4));
  for (auto& n : shape) n = in.ConsumeIntegralInRange<std::uint64_t>(0, 2);
  if (block > 1) shape.back() *= block;
  return shape;
}

Written safetensors_file(FuzzedDataProvider& in) {
  Written out;
  std::string json = "{\"__metadata__\":{\"k\":\"v\"}";
  std::uint64_t at = 0;
  while (in.remaining_bytes() > 8 && out.tensors.size() < 12) {
    const auto dtype = static_cast<core::tensor::DType>(in.ConsumeIntegralInRange(0, 21));
    const auto& type = core::tensor::info(dtype);
    const auto shape = small_shape(in, type.block_elements);
    const std::uint64_t length = *core::tensor::byte_length(dtype, shape);
    std::string dimensions;
    for (const auto n : shape) dimensions += (dimensions.empty() ? "" : ",") + std::to_string(n);
    const std::string name = "t" + std::to_string(out.tensors.size());
    json += ",\"" + name + "\":{\"dtype\":\"" + std::string(type.name) + "\",\"shape\":[" +
            dimensions + "],\"data_offsets\":[" + std::to_string(at) + "," +
            std::to_string(at + length) + "]}";
    out.tensors.push_back({name, dtype, shape, at, length});
    at += length;
  }
  json += "}";
  for (auto& tensor : out.tensors) tensor.offset += 8 + json.size();
  out.file = test::safetensors(json, std::string(at, 'x'));
  return out;
}

Written gguf_file(FuzzedDataProvider& in) {
  Written out;
  test::Gguf gguf;
  gguf.add("k", 8, test::text64("v"));
  while (in.remaining_bytes() > 8 && out.tensors.size() < 12) {
    const auto type_id = in.ConsumeIntegralInRange<std::uint32_t>(0, 42);
    const auto dtype = core::format::gguf::dtype_of(type_id);
    if (!dtype) continue;
    const auto shape = small_shape(in, core::tensor::info(*dtype).block_elements);
    const std::uint64_t length = *core::tensor::byte_length(*dtype, shape);
    const std::string name = "t" + std::to_string(out.tensors.size());
    gguf.tensors += test::text64(name) + test::u32(static_cast<std::uint32_t>(shape.size()));
    for (std::size_t i = shape.size(); i-- > 0;) gguf.tensors += test::u64(shape[i]);
    gguf.tensors += test::u32(type_id) + test::u64(gguf.data.size());
    ++gguf.tensor_count;
    out.tensors.push_back({name, *dtype, shape, gguf.data.size(), length});
    gguf.data.resize((gguf.data.size() + length + 31) / 32 * 32, 'x');
  }
  out.file = gguf.file();
  for (auto& tensor : out.tensors) tensor.offset += out.file.size() - gguf.data.size();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider in(data, size);
  const bool is_gguf = in.ConsumeBool();
  const auto position = in.ConsumeIntegral<std::uint32_t>();
  const auto byte = in.ConsumeIntegral<char>();
  Written written = is_gguf ? gguf_file(in) : safetensors_file(in);

  const auto result = test::parse(written.file);
  fuzz::require(result.is_ok());
  fuzz::check_layout(result.value(), written.file.size());
  fuzz::require(
      std::ranges::equal(result.value().tensors, written.tensors, [](const auto& a, const auto& b) {
        return a.name == b.name && a.dtype == b.dtype && a.shape == b.shape &&
               a.offset == b.offset && a.byte_length == b.byte_length;
      }));

  written.file[position % written.file.size()] = byte;
  fuzz::check_parse(written.file);
  return 0;
}
