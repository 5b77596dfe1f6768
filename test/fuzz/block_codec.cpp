// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <memory>

#include "core/block/codec.hpp"
#include "core/block/planes.hpp"
#include "core/block/ulp_delta.hpp"
#include "properties.hpp"

namespace {

using namespace hartonomous;
using namespace hartonomous::core;

// Bytes in an allocation of exactly their size.
struct Exact {
  explicit Exact(Bytes from) : data(new std::byte[from.size()]), size(from.size()) {
    std::ranges::copy(from, data.get());
  }
  Bytes view() const { return {data.get(), size}; }
  std::unique_ptr<std::byte[]> data;
  std::size_t size;
};

// Hostile bytes: decode to something or are refused, and the same each time.
void decode(block::Method method, std::size_t size, Bytes base_pattern, Bytes coded) {
  std::vector<std::byte> base(size), out(size), again(size, std::byte{1});
  for (std::size_t i = 0; i < size && !base_pattern.empty(); ++i) {
    base[i] = base_pattern[i % base_pattern.size()];
  }
  const Exact input(coded);
  const Status status = block::decode_block(method, input.view(), Bytes(base), out);
  fuzz::require(block::decode_block(method, input.view(), Bytes(base), again).code() ==
                status.code());
  if (status.is_ok()) {
    fuzz::require(out == again);
  } else {
    fuzz::check_refusal(status);
  }
}

// Whatever the bytes, what an encoder makes of them comes back.
void round_trip(core::tensor::DType dtype, Bytes bytes) {
  const std::size_t half = bytes.size() / 2;
  const Exact raw(bytes.first(half)), base(bytes.subspan(half, half));
  std::vector<std::byte> planes, out(half);
  block::encode_planes(block::layout_of(dtype), raw.view(), planes);
  fuzz::require(block::decode_planes(planes, out).is_ok());
  fuzz::require(std::ranges::equal(out, raw.view()));
  const auto delta = block::encode_ulp_delta(block::layout_of(dtype), raw.view(), base.view(),
                                             static_cast<std::size_t>(-1));
  fuzz::require(delta.has_value());
  fuzz::require(block::decode_ulp_delta(*delta, base.view(), out).is_ok());
  fuzz::require(std::ranges::equal(out, raw.view()));
}

}  // namespace

// The first byte chooses: a method to decode the rest by, or a type to encode the rest as. To
// decode, two bytes say how long the block is, and eight are its base, repeated.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 11) return 0;
  const Bytes rest = as_bytes(fuzz::text_of(data + 1, size - 1));
  if (data[0] < 128) {
    round_trip(static_cast<core::tensor::DType>(data[0] % core::tensor::kDTypeCount), rest);
    return 0;
  }
  const std::size_t length = data[1] | data[2] << 8;
  decode(static_cast<block::Method>(data[0] % 4), length, rest.subspan(2, 8), rest.subspan(10));
  return 0;
}
