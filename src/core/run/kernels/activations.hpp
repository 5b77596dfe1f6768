// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The inputs of a matrix product: some positions' vectors, and, made when first asked for and kept
// for the next product with the same inputs, the rounded forms that stored weights meet. One thread
// at a time may ask.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <vector>

#include "core/base/workers.hpp"
#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

class Activations {
 public:
  // REQUIRES: values.size() == positions * columns; the values outlive this and stay as they are.
  Activations(std::span<const float> values, std::size_t positions, std::size_t columns) noexcept
      : values_(values), positions_(positions), columns_(columns) {}

  std::size_t positions() const noexcept { return positions_; }
  std::size_t columns() const noexcept { return columns_; }
  std::span<const float> row(std::size_t position) const noexcept {
    return values_.subspan(position * columns_, columns_);
  }

  // The forms of forms.hpp, valid as long as this. May throw std::bad_alloc.
  // REQUIRES: kExact, kHalf or kBfloat16; or kCodes32 or kCodes256, whose block divides columns().
  FloatForm floats(Form form, const KernelSet& kernels, Workers& workers) const;
  CodeForm codes(Form form, const KernelSet& kernels, Workers& workers) const;

 private:
  // Memory that begins where a cache line does: a register's load then seldom needs two.
  template <class T>
  struct Aligned {
    using value_type = T;
    Aligned() = default;
    template <class U>
    Aligned(const Aligned<U>&) noexcept {}
    T* allocate(std::size_t count) {
      return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{64}));
    }
    void deallocate(T* at, std::size_t) noexcept { ::operator delete (at, std::align_val_t{64}); }
    friend bool operator==(const Aligned&, const Aligned&) noexcept { return true; }
  };
  template <class T>
  using Row = std::vector<T, Aligned<T>>;

  struct Codes {
    Row<std::int8_t> codes, tiles;
    Row<std::int16_t> wide_tiles, group_sums;
    Row<float> scales, scaled_sums;
  };

  std::span<const float> values_;
  std::size_t positions_, columns_;
  mutable std::array<Row<float>, 3> floats_;  // kExact (if it needs padding) to kBfloat16
  mutable std::array<Codes, 2> codes_;        // kCodes32, kCodes256
};

}  // namespace hartonomous::core::run
