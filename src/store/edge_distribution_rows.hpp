// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Writes rows of hartonomous.edge_distribution: lists cut into pieces.
#pragma once

#include "pg/bulk_writer.hpp"
#include "store/edge_distribution.hpp"

namespace hartonomous::store {

struct Listing {
  std::int64_t target;
  float probability;
};

// An array of at most kPieceLength elements without NULLs, in memory of its own.
template <class T>
class ArrayBuffer {
 public:
  explicit ArrayBuffer(Oid element) noexcept : element_(element) {}

  // Valid until the next fill().
  template <class ElementOf>
  Datum fill(std::size_t count, ElementOf element_of) {
    auto* array = reinterpret_cast<ArrayType*>(memory_);
    SET_VARSIZE(array, kHeader + count * sizeof(T));
    array->ndim = 1;
    array->dataoffset = 0;
    array->elemtype = element_;
    ARR_DIMS(array)[0] = static_cast<int>(count);
    ARR_LBOUND(array)[0] = 1;
    auto* to = reinterpret_cast<T*>(memory_ + kHeader);
    for (std::size_t i = 0; i < count; ++i) to[i] = element_of(i);
    return PointerGetDatum(array);
  }

 private:
  static constexpr std::size_t kHeader = ARR_OVERHEAD_NONULLS(1);
  Oid element_;
  alignas(8) char memory_[kHeader + kPieceLength * sizeof(T)] = {};
};

class DistributionRows {
 public:
  // Removes the domain's rows. REQUIRES: pg::OwnerRights, the domain locked.
  explicit DistributionRows(std::int32_t domain_id);

  // One context, its list most probable first. Cheapest in ascending order of context.
  void add(std::int64_t context, float back_off, std::span<const Listing> list);
  void finish();

 private:
  void add_piece(std::int64_t context, std::int32_t piece, float back_off,
                 std::span<const Listing> part);
  void spread(std::span<const Listing> list);

  std::int32_t domain_id_;
  std::vector<std::vector<Listing>> spread_;  // a long list by index piece
  pg::BulkWriter rows_;
  ArrayBuffer<std::int64_t> targets_{INT8OID};
  ArrayBuffer<float> probabilities_{FLOAT4OID};
};

}  // namespace hartonomous::store
