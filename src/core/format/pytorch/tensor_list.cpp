// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/pytorch/tensor_list.hpp"

#include <algorithm>

#include "core/base/checked.hpp"
#include "core/format/pytorch/tensor_names.hpp"
#include "core/format/sorted_order.hpp"

namespace hartonomous::core::format::pytorch {

namespace {

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

std::optional<std::uint64_t> count_of(const Value& value) {
  if (value.kind != ValueKind::kInteger || value.integer < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value.integer);
}

// A tensor: a strided view of a storage.
struct View {
  Storage storage;
  StorageType type;
  std::vector<std::uint64_t> shape, strides;
  std::uint64_t first;   // element of the storage where it begins
  std::uint64_t offset;  // of that element, in bytes
  bool is_contiguous;
};

Result<std::vector<std::uint64_t>> counts_of(const Values& values, ValueId id,
                                             const Limits& limits) {
  const Value& tuple = values[id];
  if (tuple.kind != ValueKind::kTuple) return malformed("tensor of the pickle has no shape");
  if (tuple.items.size() > limits.max_dimensions) {
    return Status(Code::kLimitExceeded, "tensor of the pickle has more than " +
                                            std::to_string(limits.max_dimensions) + " dimensions");
  }
  std::vector<std::uint64_t> out;
  for (const ValueId item : tuple.items) {
    const auto count = count_of(values[item]);
    if (!count) return malformed("tensor of the pickle has a negative or missing dimension");
    out.push_back(*count);
  }
  return out;
}

// Elements lie one after another, the last dimension fastest; a dimension of 1 has any stride.
bool is_contiguous(const View& view) {
  std::uint64_t expected = 1;
  for (std::size_t i = view.shape.size(); i-- > 0;) {
    if (view.shape[i] == 1) continue;
    if (view.strides[i] != expected) return false;
    const auto next = checked_mul(expected, view.shape[i]);
    if (!next) return false;
    expected = *next;
  }
  return true;
}

// kMalformed unless every element lies within the storage.
Status check_bounds(const View& view) {
  std::uint64_t last = view.first;
  for (std::size_t i = 0; i < view.shape.size(); ++i) {
    if (view.shape[i] == 0) return Status::ok();
    const auto reach = checked_mul(view.shape[i] - 1, view.strides[i]);
    const auto sum = reach ? checked_add(last, *reach) : std::nullopt;
    if (!sum) return malformed("tensor of the pickle reaches beyond its storage");
    last = *sum;
  }
  const auto end = checked_add(last, 1);
  const auto bytes = end ? checked_mul(*end, view.type.item_bytes) : std::nullopt;
  if (!bytes || *bytes > view.storage.bytes) {
    return malformed("tensor of the pickle reaches beyond its storage");
  }
  return Status::ok();
}

// The view of a kTensor: (storage, offset, size, stride, requires_grad, hooks, dtype, ...).
Result<View> view_of(const Values& values, ValueId id, const Limits& limits) {
  const Value& tensor = values[id];
  if (values[tensor.items[0]].kind != ValueKind::kStorage) {
    return malformed("tensor of the pickle has no storage");
  }
  HARTONOMOUS_TRY(const Storage storage, storage_of(values, tensor.items[0]));
  View view{storage, storage.type, {}, {}, 0, 0, false};
  const bool is_typed = callable_by_name(tensor.text) == Callable::kTypedTensor;
  if (is_typed) {
    const Value& dtype = values[tensor.items[6]];
    const auto type =
        dtype.kind == ValueKind::kGlobal ? dtype_by_global(dtype.text) : std::nullopt;
    if (!type) {
      return Status(Code::kUnsupported,
                    "tensor of the pickle has the unknown type " + quoted(dtype.text));
    }
    view.type = *type;
  }
  HARTONOMOUS_TRY(view.shape, counts_of(values, tensor.items[2], limits));
  HARTONOMOUS_TRY(view.strides, counts_of(values, tensor.items[3], limits));
  if (view.shape.size() != view.strides.size()) {
    return malformed("tensor of the pickle has not as many strides as dimensions");
  }
  const auto first = count_of(values[tensor.items[1]]);
  const auto sum = first ? checked_add(*first, storage.first) : std::nullopt;
  const auto offset = sum ? checked_mul(*sum, view.type.item_bytes) : std::nullopt;
  if (!offset) return malformed("tensor of the pickle has no valid offset");
  view.first = *sum;
  view.offset = *offset;
  HARTONOMOUS_CHECK(check_bounds(view));
  view.is_contiguous = is_contiguous(view);
  return view;
}

class Lister {
 public:
  Lister(const Values& values, StorageMap& storages, const Limits& limits, ParseBudget& budget,
         FileLayout& layout)
      : values_(values), storages_(storages), limits_(limits), budget_(budget), layout_(layout) {}

  Status check(ValueId tensor) {
    HARTONOMOUS_TRY(const View view, view_of(values_, tensor, limits_));
    return storages_.place(view.storage).is_ok() ? Status::ok()
                                                 : storages_.place(view.storage).status();
  }

  Status add(std::string name, ValueId tensor) {
    HARTONOMOUS_TRY(View view, view_of(values_, tensor, limits_));
    HARTONOMOUS_TRY(const StoragePlace place, storages_.place(view.storage));
    if (!view.type.dtype) {
      layout_.warnings.push_back("Tensor " + quoted(name) +
                                 " is kept as it is: its element type is not supported.");
      return Status::ok();
    }
    const auto length = tensor::byte_length(*view.type.dtype, view.shape);
    const auto offset = checked_add(place.offset, view.offset);
    if (!length || !offset) {
      return malformed("tensor " + quoted(name) + " has an impossible size");
    }
    HARTONOMOUS_CHECK(budget_.charge(sizeof(TensorEntry) + name.size() +
                                     view.shape.size() * sizeof(std::uint64_t)));
    TensorEntry entry{std::move(name), *view.type.dtype, std::move(view.shape),
                      place.is_raw ? *offset : place.offset, *length};
    const bool is_swapped = place.is_swapped && view.type.item_bytes > 1;
    // An empty tensor has no bytes to be elsewhere.
    if (*length > 0 && (!view.is_contiguous || !place.is_raw || is_swapped)) {
      entry.placement = Placement::kEncoded;
    }
    if (*length == 0) entry.offset = place.offset;
    layout_.tensors.push_back(std::move(entry));
    return Status::ok();
  }

 private:
  const Values& values_;
  StorageMap& storages_;
  const Limits& limits_;
  ParseBudget& budget_;
  FileLayout& layout_;
};

// Of tensors with one name, all but the first are left out.
void drop_repeated(FileLayout& layout, Checkpoint& checkpoint) {
  auto& tensors = layout.tensors;
  const auto order = sorted_order(tensors.size(), checkpoint, [&](std::uint32_t i) {
    return std::pair<std::string_view, std::uint32_t>(tensors[i].name, i);
  });
  std::vector<bool> is_repeated(tensors.size());
  for (std::size_t i = 1; i < order.size(); ++i) {
    is_repeated[order[i]] = tensors[order[i]].name == tensors[order[i - 1]].name;
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (is_repeated[i]) {
      layout.warnings.push_back("Tensor " + quoted(tensors[i].name) +
                                " occurs twice; the second is kept as it is.");
    } else {
      if (at != i) tensors[at] = std::move(tensors[i]);
      ++at;
    }
  }
  tensors.erase(tensors.begin() + static_cast<std::ptrdiff_t>(at), tensors.end());
}

void describe(const TensorNames& names, FileLayout& layout) {
  if (!names.wrapper.empty()) layout.metadata.append("wrapper", names.wrapper);
  if (names.unread > 0) {
    layout.warnings.push_back(
        std::to_string(names.unread) +
        " tensors are kept as they are: they are quantised, sparse or of other kinds.");
  }
  if (names.classes.empty()) return;
  MetadataArray classes(ElementType::kString);
  std::string list;
  for (const std::string& name : names.classes) {
    classes.append(name);
    list += (list.empty() ? "" : ", ") + quoted(name);
  }
  layout.metadata.append("classes", std::move(classes));
  layout.warnings.push_back("The file names classes, whose code would run when it is loaded with "
                            "PyTorch; here nothing is run: " +
                            list + ".");
}

}  // namespace

Result<Storage> storage_of(const Values& values, ValueId id) {
  const Value& value = values[id];
  const std::string& name = values[value.items[1]].text;
  const auto type = storage_by_name(name);
  if (!type) {
    return Status(Code::kUnsupported, "storage class " + quoted(name) + " is not supported");
  }
  Storage storage{values[value.items[2]].text, *type, 0, 0};
  const bool is_number =
      !storage.key.empty() && storage.key.size() <= 32 &&
      storage.key.find_first_not_of("0123456789") == std::string_view::npos;
  const auto count = count_of(values[value.items[4]]);
  const auto bytes = count ? checked_mul(*count, type->item_bytes) : std::nullopt;
  if (!is_number || !bytes) return malformed("storage of the pickle is malformed");
  storage.count = *count;
  storage.bytes = *bytes;
  if (value.items.size() == 6 && values[value.items[5]].kind != ValueKind::kNone) {
    // (key, offset, size) of a part of the storage.
    const Value& part = values[value.items[5]];
    const auto first = part.kind == ValueKind::kTuple && part.items.size() == 3
                           ? count_of(values[part.items[1]])
                           : std::nullopt;
    if (!first) return malformed("storage of the pickle is malformed");
    storage.first = *first;
  }
  return storage;
}

Status list_tensors(const Values& values, ValueId root, StorageMap& storages, const Limits& limits,
                    ParseBudget& budget, Checkpoint& checkpoint, FileLayout& layout) {
  HARTONOMOUS_TRY(TensorNames names, name_tensors(values, root, limits, budget, checkpoint));
  Lister lister(values, storages, limits, budget, layout);
  std::size_t done = 0;
  for (const ValueId tensor : values.tensors) {
    HARTONOMOUS_CHECK(lister.check(tensor));
    if (++done % 256 == 0) checkpoint.reached(0);
  }
  for (NamedTensor& named : names.tensors) {
    HARTONOMOUS_CHECK(lister.add(std::move(named.name), named.tensor));
    if (++done % 256 == 0) checkpoint.reached(0);
  }
  HARTONOMOUS_CHECK(budget.charge(layout.tensors.size() * 2 * sizeof(std::uint32_t)));
  drop_repeated(layout, checkpoint);
  mark_shared(layout.tensors);
  describe(names, layout);
  return Status::ok();
}

}  // namespace hartonomous::core::format::pytorch
