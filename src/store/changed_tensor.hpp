// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A stored tensor with other values, in whole or in part, as a stored tensor.
#pragma once

#include "store/tensor_writer.hpp"

namespace hartonomous::store {

// All values anew. kInvalidArgument unless there are as many as the shape says.
StoredTensor with_numbers(const TensorKey& tensor, std::span<const float> numbers,
                          TensorWriter& writer);
StoredTensor with_bytes(const TensorKey& tensor, core::Bytes bytes, TensorWriter& writer);
// The value of another tensor (with what is done to it), in this one's type. kInvalidArgument for
// another shape.
StoredTensor with_value_of(const TensorKey& tensor, const TensorKey& source, TensorWriter& writer);

// The hyper-rectangle [starts, starts + counts) anew, row-major; blocks outside it are shared. Of a
// type that codes elements together only whole groups. O(the tensor's bytes): its address is taken
// over all of them.
struct TensorPart {
  std::span<const std::int64_t> starts, counts;
};
StoredTensor with_part(const TensorKey& tensor, const TensorPart& part,
                       std::span<const float> numbers, TensorWriter& writer);
StoredTensor with_part(const TensorKey& tensor, const TensorPart& part, core::Bytes bytes,
                       TensorWriter& writer);

}  // namespace hartonomous::store
