// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Memory that runs out at any allocation of a parse unwinds it and leaks nothing. For this the test
// program allocates through the counting operators below.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <new>

#include "file_builder.hpp"

namespace {
std::size_t allocations_until_failure = 0;  // 0: never fails
std::int64_t live_allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  if (allocations_until_failure > 0 && --allocations_until_failure == 0) throw std::bad_alloc();
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  __atomic_add_fetch(&live_allocations, 1, __ATOMIC_RELAXED);
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) __atomic_sub_fetch(&live_allocations, 1, __ATOMIC_RELAXED);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

using namespace hartonomous::test;

TEST_CASE("an allocation that fails anywhere in a parse unwinds it without a leak") {
  const std::string json =
      R"({"__metadata__":{"key that is long enough for the heap":"\u00e9 and its value, as long"},)"
      R"("a tensor whose name is long too":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}})";
  const std::string nested = array(9, 2, array(0, 1, u8(1)) + array(8, 1, text64("a string")));
  const std::string gguf =
      Gguf()
          .add("general.name", 8, text64("a name that is long enough"))
          .add("Odd key with a warning", 9, nested)
          .add("tokenizer.ggml.tokens", 9, array(8, 2, text64("a") + text64("b")))
          .tensor("a tensor whose name is long too", {8, 1}, 0, 0)
          .bytes(32)
          .file();
  const std::string broken = gguf.substr(0, gguf.size() - 1);
  for (const std::string& file : {safetensors(json, "12345678"), gguf, broken}) {
    std::size_t failures = 0;
    for (std::size_t n = 1;; ++n) {
      const std::int64_t live = live_allocations;
      bool failed = false;
      allocations_until_failure = n;
      try {
        static_cast<void>(parse(file));
      } catch (const std::bad_alloc&) {
        failed = true;
      }
      const bool reached = allocations_until_failure == 0;
      allocations_until_failure = 0;
      REQUIRE(live_allocations == live);
      REQUIRE(failed == reached);
      if (!reached) break;
      ++failures;
    }
    CHECK(failures > 10);
  }
}
