// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/gguf/tensor_type.hpp"

#include <array>

namespace hartonomous::core::format::gguf {

namespace {

using tensor::DType;
constexpr std::optional<DType> kRemoved;
constexpr std::array<std::optional<DType>, 43> kTypes = {
    DType::kF32,    DType::kF16,  DType::kQ4_0,  DType::kQ4_1,  kRemoved,       kRemoved,
    DType::kQ5_0,   DType::kQ5_1, DType::kQ8_0,  DType::kQ8_1,  DType::kQ2K,    DType::kQ3K,
    DType::kQ4K,    DType::kQ5K,  DType::kQ6K,   DType::kQ8K,   DType::kIq2Xxs, DType::kIq2Xs,
    DType::kIq3Xxs, DType::kIq1S, DType::kIq4Nl, DType::kIq3S,  DType::kIq2S,   DType::kIq4Xs,
    DType::kI8,     DType::kI16,  DType::kI32,   DType::kI64,   DType::kF64,    DType::kIq1M,
    DType::kBf16,   kRemoved,     kRemoved,      kRemoved,      DType::kTq1_0,  DType::kTq2_0,
    kRemoved,       kRemoved,     kRemoved,      DType::kMxfp4, DType::kNvfp4,  DType::kQ1_0,
    DType::kQ2_0};

}  // namespace

std::optional<DType> dtype_of(std::uint32_t type_id) noexcept {
  return type_id < kTypes.size() ? kTypes[type_id] : std::nullopt;
}

bool is_removed_type(std::uint32_t type_id) noexcept {
  return type_id < kTypes.size() && !kTypes[type_id];
}

}  // namespace hartonomous::core::format::gguf
