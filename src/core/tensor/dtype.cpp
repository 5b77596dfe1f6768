// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tensor/dtype.hpp"

#include <array>

#include "core/base/checked.hpp"

namespace hartonomous::core::tensor {

namespace {

constexpr std::array<DTypeInfo, kDTypeCount> kInfo = {{
    // name, elements per block, bytes per block, decodable; in the order of DType
    {"BOOL", 1, 1, true},        {"U8", 1, 1, true},          {"I8", 1, 1, true},
    {"I16", 1, 2, true},         {"U16", 1, 2, true},         {"I32", 1, 4, true},
    {"U32", 1, 4, true},         {"I64", 1, 8, true},         {"U64", 1, 8, true},
    {"F16", 1, 2, true},         {"BF16", 1, 2, true},        {"F32", 1, 4, true},
    {"F64", 1, 8, true},         {"C64", 1, 8, false},        {"F8_E4M3", 1, 1, true},
    {"F8_E5M2", 1, 1, true},     {"F8_E8M0", 1, 1, true},     {"F8_E4M3FNUZ", 1, 1, true},
    {"F8_E5M2FNUZ", 1, 1, true}, {"F4", 2, 1, false},         {"F6_E2M3", 4, 3, false},
    {"F6_E3M2", 4, 3, false},    {"Q4_0", 32, 18, true},      {"Q4_1", 32, 20, true},
    {"Q5_0", 32, 22, true},      {"Q5_1", 32, 24, true},      {"Q8_0", 32, 34, true},
    {"Q8_1", 32, 36, false},     {"Q2_K", 256, 84, true},     {"Q3_K", 256, 110, true},
    {"Q4_K", 256, 144, true},    {"Q5_K", 256, 176, true},    {"Q6_K", 256, 210, true},
    {"Q8_K", 256, 292, false},   {"IQ2_XXS", 256, 66, false}, {"IQ2_XS", 256, 74, false},
    {"IQ2_S", 256, 82, false},   {"IQ3_XXS", 256, 98, false}, {"IQ3_S", 256, 110, false},
    {"IQ1_S", 256, 50, false},   {"IQ1_M", 256, 56, false},   {"IQ4_NL", 32, 18, true},
    {"IQ4_XS", 256, 136, true},  {"TQ1_0", 256, 54, true},    {"TQ2_0", 256, 66, true},
    {"MXFP4", 32, 17, true},     {"NVFP4", 64, 36, true},     {"Q1_0", 128, 18, true},
    {"Q2_0", 64, 18, true},
}};

}  // namespace

const DTypeInfo& info(DType dtype) noexcept { return kInfo[static_cast<std::size_t>(dtype)]; }

std::optional<DType> dtype_by_name(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kInfo.size(); ++i) {
    if (kInfo[i].name == name) return static_cast<DType>(i);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> byte_length(DType dtype,
                                         std::span<const std::uint64_t> shape) noexcept {
  const DTypeInfo& type = info(dtype);
  const auto elements = checked_product(shape);
  if (!elements) return std::nullopt;
  const bool blocks_run_along_rows = dtype >= DType::kQ4_0;
  const std::uint64_t must_divide =
      blocks_run_along_rows ? (shape.empty() ? 1 : shape.back()) : *elements;
  if (must_divide % type.block_elements != 0) return std::nullopt;
  return checked_mul(*elements / type.block_elements, type.block_bytes);
}

}  // namespace hartonomous::core::tensor
