// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// An allocator for vectors of many megabytes that live for one call: it asks the kernel for 2 MiB
// pages. With 4 KiB pages the first touch of the memory is a quarter of the time of reconstructing
// a book; a kernel that has no large pages to give serves small ones.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace hartonomous::store {

template <class T>
struct LargePageAllocator {
  using value_type = T;
  LargePageAllocator() = default;
  template <class U>
  // NOLINTNEXTLINE(google-explicit-constructor): allocators convert
  LargePageAllocator(const LargePageAllocator<U>&) noexcept {}

  T* allocate(std::size_t count) {
    constexpr std::size_t kPage = std::size_t{2} << 20;
    if (count > (~std::size_t{0} - kPage) / sizeof(T)) throw std::bad_array_new_length();
    const std::size_t size = count * sizeof(T);
    if (size < 2 * kPage) {
      if (void* small = std::malloc(size)) return static_cast<T*>(small);
      throw std::bad_alloc();
    }
    const std::size_t whole = (size + kPage - 1) / kPage * kPage;
    void* large = std::aligned_alloc(kPage, whole);
    if (large == nullptr) throw std::bad_alloc();
    madvise(large, whole, MADV_HUGEPAGE);  // advice: failing costs nothing but speed
    return static_cast<T*>(large);
  }
  void deallocate(T* memory, std::size_t) noexcept { std::free(memory); }

  bool operator==(const LargePageAllocator&) const noexcept { return true; }
};

}  // namespace hartonomous::store
