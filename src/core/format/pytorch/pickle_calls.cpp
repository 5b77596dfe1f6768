// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/pytorch/pickle_calls.hpp"

#include "core/format/pytorch/globals.hpp"

namespace hartonomous::core::format::pytorch {

namespace {

constexpr std::size_t kMaxArguments = 16;  // of a call whose arguments are looked at

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

class CallRecorder {
 public:
  CallRecorder(Values& values, ParseBudget& budget) : values_(values), budget_(budget) {}

  Result<ValueId> call(const std::string& name, ValueId arguments) {
    const auto callable = callable_by_name(name);
    if (!callable) {
      return Status(Code::kUnsupported, "pickle calls " + quoted(name) + ", which is not supported")
          .with_detail("Only calls that tensors need are read, and none is made.");
    }
    if (*callable == Callable::kUnreadTensor || *callable == Callable::kOpaque) {
      return values_.add(Value{ValueKind::kOpaque, 0, name, {kNoValue, arguments}});
    }
    if (values_[arguments].items.size() > kMaxArguments) {
      return malformed("pickle calls " + quoted(name) + " with too many arguments");
    }
    const std::vector<ValueId> items = values_[arguments].items;
    switch (*callable) {
      case Callable::kDict:
        return make_dict(items);
      case Callable::kTuple:
        if (items.size() != 1) return malformed("pickle has a malformed shape");
        return items[0];
      case Callable::kTensor:
      case Callable::kTypedTensor:
        return make_tensor(name, items, *callable == Callable::kTypedTensor ? 7 : 4);
      case Callable::kParameter:
        if (items.empty()) return malformed("pickle has a parameter without a tensor");
        return items[0];
      default:
        return make_subclass(items);
    }
  }

 private:
  // Nothing, another dict, a factory, or a list of pairs.
  Result<ValueId> make_dict(const std::vector<ValueId>& arguments) {
    Value dict{ValueKind::kDict};
    for (const ValueId argument : arguments) {
      const Value& value = values_[argument];
      if (value.kind == ValueKind::kDict) {
        dict.items.insert(dict.items.end(), value.items.begin(), value.items.end());
      } else if (value.kind == ValueKind::kList) {
        for (const ValueId pair : value.items) {
          if (values_[pair].items.size() != 2) return malformed("pickle has a malformed dict");
          dict.items.insert(dict.items.end(), values_[pair].items.begin(),
                            values_[pair].items.end());
        }
      }
      // Each repetition of a big argument is a copy, and is paid for as one.
      HARTONOMOUS_CHECK(budget_.charge(dict.items.size() * sizeof(ValueId)));
    }
    return values_.add(std::move(dict));
  }

  Result<ValueId> make_tensor(const std::string& name, const std::vector<ValueId>& items,
                              std::size_t least) {
    if (items.size() < least) return malformed("pickle has a malformed tensor");
    HARTONOMOUS_TRY(const ValueId id, values_.add(Value{ValueKind::kTensor, 0, name, items}));
    values_.tensors.push_back(id);
    return id;
  }

  Result<ValueId> make_subclass(const std::vector<ValueId>& items) {
    if (items.size() != 4 || values_[items[0]].kind != ValueKind::kGlobal ||
        values_[items[2]].kind != ValueKind::kTuple) {
      return malformed("pickle has a malformed tensor");
    }
    const std::string name = values_[items[0]].text;
    const auto function = callable_by_name(name);
    if (function == Callable::kTensor || function == Callable::kTypedTensor) {
      return call(name, items[2]);
    }
    return values_.add(Value{ValueKind::kOpaque, 0, name, {kNoValue, items[2]}});
  }

  Values& values_;
  ParseBudget& budget_;
};

}  // namespace

Result<ValueId> record_call(const std::string& name, ValueId arguments, Values& values,
                            ParseBudget& budget) {
  return CallRecorder(values, budget).call(name, arguments);
}

}  // namespace hartonomous::core::format::pytorch
