// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a pickle describes, as plain data: a graph of tagged values that refer to each other by
// number. A value that the pickle mentions twice is one value, so a pickle of n operations has at
// most n values whatever it would unfold to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/format/parse_budget.hpp"

namespace hartonomous::core::format::pytorch {

using ValueId = std::uint32_t;
inline constexpr ValueId kNoValue = UINT32_MAX;

enum class ValueKind : std::uint8_t {
  kNone,
  kBool,     // integer
  kInteger,  // integer
  kNumber,   // a float, or an integer beyond 64 bits: not kept
  kString,   // text: as the pickle has it, not checked to be UTF-8
  kBytes,    // not kept
  kTuple,    // items
  kList,     // items
  kDict,     // items: key, value, key, value, ...
  kSet,
  kGlobal,   // text: "module.name"; nothing is ever imported
  kStorage,  // items of the persistent id's tuple
  kTensor,   // text: the rebuilding function's name; items: its arguments
  kOpaque,   // an object of a class: text: its name; items: key, value, ..., with kNoValue for the
             // key of arguments and state
};

struct Value {
  ValueKind kind = ValueKind::kNone;
  std::int64_t integer = 0;
  std::string text = {};
  std::vector<ValueId> items = {};
};

class Values {
 public:
  explicit Values(ParseBudget& budget) : budget_(budget) {}

  const Value& operator[](ValueId id) const { return values_[id]; }  // REQUIRES: id < size()
  std::size_t size() const noexcept { return values_.size(); }

  Result<ValueId> add(Value value) {
    HARTONOMOUS_CHECK(budget_.charge(sizeof(Value) + value.text.size() +
                                     value.items.size() * sizeof(ValueId)));
    values_.push_back(std::move(value));
    return static_cast<ValueId>(values_.size() - 1);
  }
  Status append(ValueId to, ValueId item) {
    HARTONOMOUS_CHECK(budget_.charge(2 * sizeof(ValueId)));
    values_[to].items.push_back(item);
    return Status::ok();
  }

  // Every tensor that was built, reachable or not.
  std::vector<ValueId> tensors;

 private:
  ParseBudget& budget_;
  std::vector<Value> values_;
};

}  // namespace hartonomous::core::format::pytorch
