// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/pytorch/globals.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hartonomous::core::format::pytorch {

namespace {

using tensor::DType;

// Each with the files that need it. What is not known to be written into files of weights is not
// here: a name that is missing refuses a file, one too many would say that somebody had looked.
constexpr std::pair<std::string_view, Callable> kCallables[] = {
    // state_dict(): the dict itself, and each of its tensors. PyTorch up to 0.3 wrote the first
    // form
    // of tensors, and 2.1 the third, for types that have no storage class.
    {"collections.OrderedDict", Callable::kDict},
    {"torch._utils._rebuild_tensor", Callable::kTensor},
    {"torch._utils._rebuild_tensor_v2", Callable::kTensor},
    {"torch._utils._rebuild_tensor_v3", Callable::kTypedTensor},
    // Models saved whole: parameters, and the attributes of modules.
    {"torch._utils._rebuild_parameter", Callable::kParameter},
    {"torch._utils._rebuild_parameter_with_state", Callable::kParameter},
    {"torch.nn.parameter.Parameter", Callable::kOpaque},
    {"copy_reg._reconstructor", Callable::kOpaque},
    {"copyreg._reconstructor", Callable::kOpaque},
    {"builtins.set", Callable::kOpaque},
    {"__builtin__.set", Callable::kOpaque},
    // Tensors of subclasses, quantised, sparse, nested, of other devices and without storage.
    {"torch._tensor._rebuild_from_type_v2", Callable::kSubclass},
    {"torch._utils._rebuild_qtensor", Callable::kUnreadTensor},
    {"torch._utils._rebuild_sparse_tensor", Callable::kUnreadTensor},
    {"torch.serialization._get_layout", Callable::kOpaque},
    {"torch._utils._rebuild_nested_tensor", Callable::kUnreadTensor},
    {"torch._utils._rebuild_device_tensor_from_numpy", Callable::kUnreadTensor},
    {"torch._utils._rebuild_device_tensor_from_cpu_tensor", Callable::kUnreadTensor},
    {"torch._utils._rebuild_meta_tensor_no_storage", Callable::kUnreadTensor},
    {"torch._utils._rebuild_wrapper_subclass", Callable::kUnreadTensor},
    // TorchScript: lists of sizes among a module's attributes (Silero VAD).
    {"torch.jit._pickle.build_intlist", Callable::kOpaque},
    // Training checkpoints beside their weights: sizes and devices, the counts of a learning-rate
    // schedule, random states, NumPy's scalars, and options (fairseq).
    {"torch.Size", Callable::kTuple},
    {"torch.device", Callable::kOpaque},
    {"collections.Counter", Callable::kDict},
    {"builtins.dict", Callable::kDict},
    {"builtins.bytearray", Callable::kOpaque},
    {"__builtin__.bytearray", Callable::kOpaque},
    {"builtins.complex", Callable::kOpaque},
    {"__builtin__.complex", Callable::kOpaque},
    {"_codecs.encode", Callable::kOpaque},
    {"numpy.dtype", Callable::kOpaque},
    {"numpy.core.multiarray._reconstruct", Callable::kOpaque},
    {"numpy.core.multiarray.scalar", Callable::kOpaque},
    {"numpy._core.multiarray._reconstruct", Callable::kOpaque},
    {"numpy._core.multiarray.scalar", Callable::kOpaque},
    {"argparse.Namespace", Callable::kOpaque},
};

constexpr std::pair<std::string_view, StorageType> kStorages[] = {
    {"torch.FloatStorage", {DType::kF32, 4, false}},
    {"torch.DoubleStorage", {DType::kF64, 8, false}},
    {"torch.HalfStorage", {DType::kF16, 2, false}},
    {"torch.BFloat16Storage", {DType::kBf16, 2, false}},
    {"torch.LongStorage", {DType::kI64, 8, false}},
    {"torch.IntStorage", {DType::kI32, 4, false}},
    {"torch.ShortStorage", {DType::kI16, 2, false}},
    {"torch.CharStorage", {DType::kI8, 1, false}},
    {"torch.ByteStorage", {DType::kU8, 1, false}},
    {"torch.BoolStorage", {DType::kBool, 1, false}},
    {"torch.ComplexFloatStorage", {DType::kC64, 8, false}},
    {"torch.ComplexDoubleStorage", {{}, 16, false}},
    {"torch.QInt8Storage", {{}, 1, false}},
    {"torch.QUInt8Storage", {{}, 1, false}},
    {"torch.QInt32Storage", {{}, 4, false}},
    {"torch.QUInt4x2Storage", {{}, 1, false}},
    {"torch.QUInt2x4Storage", {{}, 1, false}},
    {"torch.UntypedStorage", {DType::kU8, 1, true}},
    {"torch.storage.UntypedStorage", {DType::kU8, 1, true}},
    {"torch.storage._UntypedStorage", {DType::kU8, 1, true}},
};

constexpr std::pair<std::string_view, StorageType> kDTypes[] = {
    {"torch.float32", {DType::kF32, 4, false}},
    {"torch.float64", {DType::kF64, 8, false}},
    {"torch.float16", {DType::kF16, 2, false}},
    {"torch.bfloat16", {DType::kBf16, 2, false}},
    {"torch.int64", {DType::kI64, 8, false}},
    {"torch.int32", {DType::kI32, 4, false}},
    {"torch.int16", {DType::kI16, 2, false}},
    {"torch.int8", {DType::kI8, 1, false}},
    {"torch.uint64", {DType::kU64, 8, false}},
    {"torch.uint32", {DType::kU32, 4, false}},
    {"torch.uint16", {DType::kU16, 2, false}},
    {"torch.uint8", {DType::kU8, 1, false}},
    {"torch.bool", {DType::kBool, 1, false}},
    {"torch.complex64", {DType::kC64, 8, false}},
    {"torch.complex128", {{}, 16, false}},
    {"torch.float8_e4m3fn", {DType::kF8E4M3, 1, false}},
    {"torch.float8_e4m3fnuz", {DType::kF8E4M3Fnuz, 1, false}},
    {"torch.float8_e5m2", {DType::kF8E5M2, 1, false}},
    {"torch.float8_e5m2fnuz", {DType::kF8E5M2Fnuz, 1, false}},
    {"torch.float8_e8m0fnu", {DType::kF8E8M0, 1, false}},
};

template <class T, std::size_t N>
std::optional<T> find(const std::pair<std::string_view, T> (&table)[N],
                      std::string_view name) noexcept {
  for (const auto& [key, value] : table) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Callable> callable_by_name(std::string_view name) noexcept {
  return find(kCallables, name);
}

std::optional<StorageType> storage_by_name(std::string_view name) noexcept {
  return find(kStorages, name);
}

std::optional<StorageType> dtype_by_global(std::string_view name) noexcept {
  return find(kDTypes, name);
}

}  // namespace hartonomous::core::format::pytorch
