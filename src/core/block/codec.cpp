// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/block/codec.hpp"

#include <algorithm>

#include "core/block/derivation.hpp"
#include "core/block/planes.hpp"
#include "core/block/ulp_delta.hpp"

namespace hartonomous::core::block {

namespace {

constexpr std::string_view kNames[] = {"raw", "planes", "delta", "derived"};

// The most bytes a form may take to be preferred to one of `plainer` bytes.
std::size_t limit_against(std::size_t plainer) noexcept { return plainer - plainer / 64; }

// Above this the change is as large as the weights, and coding the block alone may win.
bool is_doubtful(std::size_t coded, std::size_t raw) noexcept { return coded > raw / 2; }

}  // namespace

std::string_view name(Method method) noexcept {
  return kNames[static_cast<std::size_t>(method)];
}

std::optional<Method> method_by_name(std::string_view name) noexcept {
  const auto found = std::ranges::find(kNames, name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<Method>(found - std::begin(kNames));
}

CodedBlock encode_block(tensor::DType dtype, Bytes raw, std::optional<Bytes> base) {
  const ElementLayout layout = layout_of(dtype);
  std::optional<std::vector<std::byte>> delta;
  if (base) delta = encode_ulp_delta(layout, raw, *base, limit_against(raw.size()));
  if (delta && !is_doubtful(delta->size(), raw.size())) {
    return {Method::kUlpDelta, std::move(*delta)};
  }
  std::vector<std::byte> planes;
  encode_planes(layout, raw, planes);
  const std::size_t alone = std::min(planes.size(), raw.size());
  if (delta && delta->size() < limit_against(alone)) return {Method::kUlpDelta, std::move(*delta)};
  if (planes.size() < limit_against(raw.size())) return {Method::kPlanes, std::move(planes)};
  return {};
}

Status decode_block(Method method, Bytes coded, std::optional<Bytes> base,
                    std::span<std::byte> out) {
  switch (method) {
    case Method::kRaw:
      if (coded.size() != out.size()) return {Code::kMalformed, "a block has the wrong length"};
      std::ranges::copy(coded, out.begin());
      return Status::ok();
    case Method::kPlanes:
      return decode_planes(coded, out);
    case Method::kUlpDelta:
      if (!base || base->size() != out.size()) {
        return {Code::kInvalidArgument, "the base of a coded block has the wrong length"};
      }
      return decode_ulp_delta(coded, *base, out);
    case Method::kDerived:
      if (!base) return {Code::kInvalidArgument, "a derived block has no parent"};
      return decode_derived(coded, *base, out);
  }
  return {Code::kUnsupported, "a block is coded by an unknown method"};
}

}  // namespace hartonomous::core::block
