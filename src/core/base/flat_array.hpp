// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// An array that is made once and then only read: its own memory, or a view of an image that
// somebody else keeps (image.hpp). Readers do not see the difference. Moves, and is never copied.
#pragma once

#include <bit>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hartonomous::core {

template <class T>
class FlatArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  FlatArray() = default;
  explicit FlatArray(std::vector<T> own) noexcept : own_(std::move(own)), all_(own_) {}
  // A view; what it views must live as long.
  explicit FlatArray(std::span<const T> all) noexcept : all_(all) {}
  FlatArray(FlatArray&& other) noexcept
      : own_(std::move(other.own_)), all_(std::exchange(other.all_, {})) {}
  FlatArray& operator=(FlatArray&& other) noexcept {
    own_ = std::move(other.own_);
    all_ = std::exchange(other.all_, {});
    return *this;
  }

  const T* data() const noexcept { return all_.data(); }
  std::size_t size() const noexcept { return all_.size(); }
  bool empty() const noexcept { return all_.empty(); }
  const T* begin() const noexcept { return all_.data(); }
  const T* end() const noexcept { return all_.data() + all_.size(); }
  // REQUIRES: i < size().
  const T& operator[](std::size_t i) const noexcept { return all_[i]; }
  // The element, or `otherwise` beyond the end.
  T value_or(std::size_t i, T otherwise) const noexcept {
    return i < all_.size() ? all_[i] : otherwise;
  }

  // Calls change(vector) to make the array. REQUIRES: not a view.
  template <class Change>
  void change(Change&& change) {
    std::forward<Change>(change)(own_);
    all_ = own_;
  }
  // One element to be written. REQUIRES: not a view; i < size().
  T& element(std::size_t i) noexcept { return own_[i]; }

 private:
  std::vector<T> own_;
  std::span<const T> all_;
};

// A stretch of characters; empty if it is not all there.
inline std::string_view stretch(const FlatArray<char>& characters, std::size_t offset,
                                std::size_t length) noexcept {
  if (offset > characters.size() || length > characters.size() - offset) return {};
  return {characters.data() + offset, length};
}

// The slots of a hash table: as many as a power of two, so that any hash leads to one of them. A
// table from a damaged image may have no free slot: a search ends after one round.
inline bool is_slot_count(std::size_t count) noexcept { return std::has_single_bit(count); }

}  // namespace hartonomous::core
