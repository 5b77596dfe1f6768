// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The names that a pickle of tensors may call or mention, and what they mean. A name is compared,
// never imported; a call of any other name is refused. Source: PyTorch's list of safe globals, and
// what its own writers emit.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/tensor/dtype.hpp"

namespace hartonomous::core::format::pytorch {

enum class Callable : std::uint8_t {
  kDict,          // makes a dict
  kTuple,         // torch.Size: its argument as a tuple
  kTensor,        // (storage, offset, size, stride, ...)
  kTypedTensor,   // (storage, offset, size, stride, requires_grad, hooks, dtype, ...)
  kParameter,     // its first argument, a tensor
  kSubclass,      // (function, type, arguments, state): the function called with the arguments
  kUnreadTensor,  // quantised, sparse, without storage: opaque here
  kOpaque,        // any other harmless object
};

// `name` is "module.name". Nothing if it may not be called.
std::optional<Callable> callable_by_name(std::string_view name) noexcept;

struct StorageType {
  std::optional<tensor::DType> dtype;  // nothing for types without one of ours
  std::uint8_t item_bytes;
  bool is_untyped;  // counts bytes; its tensors name their type
};
// A storage class: "torch.FloatStorage", "torch.storage.UntypedStorage", ...
std::optional<StorageType> storage_by_name(std::string_view name) noexcept;

// An element type: "torch.float32", ...
std::optional<StorageType> dtype_by_global(std::string_view name) noexcept;

}  // namespace hartonomous::core::format::pytorch
