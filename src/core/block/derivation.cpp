// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/block/derivation.hpp"

#include <algorithm>
#include <array>

#include "core/block/ulp_delta.hpp"
#include "core/tensor/dequantize.hpp"

namespace hartonomous::core::block {

namespace {

using tensor::DType;
using tensor::Rounding;

constexpr std::uint8_t kConvert = 1;
// Elements converted together: whole blocks of every type.
constexpr std::size_t kChunk = 8192;

std::size_t bytes_of(DType dtype, std::size_t elements) noexcept {
  const auto& type = tensor::info(dtype);
  return elements / type.block_elements * type.block_bytes;
}
std::size_t elements_of(DType dtype, Bytes bytes) noexcept {
  const auto& type = tensor::info(dtype);
  return bytes.size() / type.block_bytes * type.block_elements;
}

std::size_t equal_bytes(Bytes a, Bytes b) noexcept {
  std::size_t equal = 0;
  for (std::size_t i = 0; i < a.size(); ++i) equal += a.data()[i] == b.data()[i];
  return equal;
}

void append_name(DType dtype, std::vector<std::byte>& out) {
  const Bytes name = as_bytes(tensor::info(dtype).name);
  out.push_back(static_cast<std::byte>(name.size()));
  out.insert(out.end(), name.begin(), name.end());
}

std::optional<DType> read_name(Cursor& in) {
  const auto length = in.read<std::uint8_t>();
  if (!length) return std::nullopt;
  const auto name = in.take(*length);
  return name ? tensor::dtype_by_name(as_text(*name)) : std::nullopt;
}

struct Head {
  Recipe recipe;
  std::uint32_t skip;
};

Result<Head> read_head(Cursor& in) {
  const Status broken(Code::kMalformed, "a derived block has no valid recipe");
  const auto operation = in.read<std::uint8_t>();
  const auto rounding = in.read<std::uint8_t>();
  if (!operation || *operation != kConvert || !rounding || *rounding > 1) return broken;
  const auto from = read_name(in);
  const auto to = read_name(in);
  const auto skip = in.read<std::uint32_t>();
  if (!from || !to || !skip) return broken;
  return Head{{*from, *to, static_cast<Rounding>(*rounding)}, *skip};
}

}  // namespace

Status derive(const Recipe& recipe, Bytes parent, std::span<std::byte> out) {
  const std::size_t total = elements_of(recipe.to, out);
  if (bytes_of(recipe.from, total) != parent.size() || bytes_of(recipe.to, total) != out.size() ||
      total % tensor::info(recipe.from).block_elements != 0) {
    return {Code::kInvalidArgument, "a derived block and its parent differ in elements"};
  }
  std::array<float, kChunk> numbers;
  for (std::size_t at = 0; at < total; at += kChunk) {
    const std::size_t count = std::min(kChunk, total - at);
    const std::span<float> chunk(numbers.data(), count);
    const Bytes from = parent.subspan(bytes_of(recipe.from, at), bytes_of(recipe.from, count));
    HARTONOMOUS_CHECK(tensor::dequantize(recipe.from, from, chunk));
    HARTONOMOUS_CHECK(tensor::quantize(
        recipe.to, chunk, out.subspan(bytes_of(recipe.to, at), bytes_of(recipe.to, count)),
        recipe.rounding));
  }
  return Status::ok();
}

std::optional<std::size_t> parent_bytes(const Recipe& recipe, std::size_t block_bytes) noexcept {
  const auto& type = tensor::info(recipe.to);
  const std::size_t elements = block_bytes / type.block_bytes * type.block_elements;
  if (block_bytes % type.block_bytes != 0 ||
      elements % tensor::info(recipe.from).block_elements != 0) {
    return std::nullopt;
  }
  return bytes_of(recipe.from, elements);
}

std::optional<FoundRecipe> find_recipe(DType from, Bytes parent, DType to, Bytes block) {
  if (elements_of(from, parent) != elements_of(to, block) || block.empty()) return std::nullopt;
  const std::size_t trial = std::min(kTrialElements, elements_of(to, block));
  const Bytes wanted = block.first(bytes_of(to, trial));
  std::vector<std::byte> made(wanted.size());
  std::optional<FoundRecipe> best;
  std::size_t least = wanted.size() / 10;
  for (const Rounding rounding : {Rounding::kNearestEven, Rounding::kTowardZero}) {
    const Recipe recipe{from, to, rounding};
    if (!derive(recipe, parent.first(bytes_of(from, trial)), made).is_ok()) return std::nullopt;
    const std::size_t misses = wanted.size() - equal_bytes(made, wanted);
    if (best ? misses >= least : misses > least) continue;
    best = {recipe, misses};
    least = misses;
  }
  return best;
}

std::optional<std::vector<std::byte>> encode_derived(const Recipe& recipe, Bytes parent,
                                                     Bytes block, std::size_t limit,
                                                     std::uint32_t skip) {
  std::vector<std::byte> made(block.size());
  if (!derive(recipe, parent, made).is_ok()) return std::nullopt;
  std::vector<std::byte> out{std::byte{kConvert}, static_cast<std::byte>(recipe.rounding)};
  append_name(recipe.from, out);
  append_name(recipe.to, out);
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::byte>(skip >> shift));
  if (out.size() >= limit) return std::nullopt;
  if (!std::ranges::equal(made, block)) {
    const auto rest = encode_ulp_delta(layout_of(recipe.to), block, made, limit - out.size());
    if (!rest) return std::nullopt;
    out.insert(out.end(), rest->begin(), rest->end());
  }
  return out;
}

Status decode_derived(Bytes coded, Bytes parents, std::span<std::byte> out) {
  Cursor in(coded);
  HARTONOMOUS_TRY(const Head head, read_head(in));
  const auto wanted = parent_bytes(head.recipe, out.size());
  if (!wanted || head.skip > parents.size() || *wanted > parents.size() - head.skip) {
    return {Code::kInvalidArgument, "a derived block and its parent differ in elements"};
  }
  const Bytes parent = parents.subspan(head.skip, *wanted);
  if (in.remaining() == 0) return derive(head.recipe, parent, out);
  std::vector<std::byte> made(out.size());
  HARTONOMOUS_CHECK(derive(head.recipe, parent, made));
  return decode_ulp_delta(*in.take(in.remaining()), made, out);
}

}  // namespace hartonomous::core::block
