// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A pickle is a program for a stack machine with a memo. Its danger is REDUCE, which calls what
// GLOBAL imported; here GLOBAL pushes a name, and REDUCE pushes the record of a call. Records share
// their parts by number, so the doubling of a memoised tuple costs one value a step. Unlike a list
// of forbidden names, the list of permitted ones has no gaps: what is not on it is refused.
#include "core/format/pytorch/unpickler.hpp"

#include <string_view>

#include "core/format/pytorch/globals.hpp"
#include "core/format/pytorch/pickle_calls.hpp"
#include "core/format/pytorch/pickle_literals.hpp"

namespace hartonomous::core::format::pytorch {

namespace {

using std::string_view_literals::operator""sv;

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

class Machine {
 public:
  Machine(HeaderReader& in, const Limits& limits, ParseBudget& budget, Values& values)
      : in_(in), limits_(limits), budget_(budget), values_(values) {}

  Result<ValueId> run() {
    for (std::uint64_t count = 0; !is_stopped_; ++count) {
      if (count == limits_.max_pickle_operations) return over("operations", count);
      std::uint8_t operation = 0;
      if (!in_.read(operation)) return in_.failure("a pickle");
      HARTONOMOUS_CHECK(step(operation));
    }
    if (stack_.size() != 1 || !marks_.empty()) return malformed("pickle leaves no single value");
    return stack_[0];
  }

 private:
  static Status over(const char* what, std::uint64_t limit) {
    return {Code::kLimitExceeded,
            std::string("pickle has more ") + what + " than the limit of " + std::to_string(limit)};
  }
  Status short_stack() const { return malformed("pickle takes more from its stack than is there"); }

  Status push(ValueId id) {
    if (stack_.size() == limits_.max_pickle_stack)
      return over("values on its stack", stack_.size());
    stack_.push_back(id);
    return Status::ok();
  }
  Status push(Value value) {
    HARTONOMOUS_TRY(const ValueId id, values_.add(std::move(value)));
    return push(id);
  }
  Status push(Result<Value> value) {
    return value.is_ok() ? push(std::move(value).value()) : std::move(value).status();
  }
  Status push(Result<ValueId> id) { return id.is_ok() ? push(id.value()) : std::move(id).status(); }
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  // The value `depth` below the top, if it is above the last mark.
  Result<ValueId> peek(std::size_t depth = 0) const {
    if (stack_.size() < floor() + depth + 1) return short_stack();
    return stack_[stack_.size() - 1 - depth];
  }
  Result<ValueId> pop() {
    HARTONOMOUS_TRY(const ValueId id, peek());
    stack_.pop_back();
    return id;
  }
  Result<std::vector<ValueId>> pop_to_mark() {
    if (marks_.empty()) return malformed("pickle lacks a mark");
    std::vector<ValueId> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()),
                               stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }

  Status step(std::uint8_t operation) {
    switch (operation) {
      case 0x80:
        return protocol();
      case 0x95:
        return frame();
      case '.':
        is_stopped_ = true;
        return Status::ok();
      case '(':
        if (marks_.size() == limits_.max_pickle_stack) return over("marks", marks_.size());
        marks_.push_back(stack_.size());
        return Status::ok();
      case 'c':
        return global();
      case 0x93:
        return stack_global();
      case 't': {
        HARTONOMOUS_TRY(std::vector<ValueId> items, pop_to_mark());
        return push(Value{ValueKind::kTuple, 0, {}, std::move(items)});
      }
      case 0x85:
      case 0x86:
      case 0x87:
        return short_tuple(operation - 0x84u);
      case 0x81:
        return new_object();
      case 'R':
        return reduce();
      case 'b':
        return build();
      case 'a':
        return append(1);
      case 'e':
        return append(0);
      case 's':
        return set_items(2);
      case 'u':
        return set_items(0);
      case 'Q':
        return persistent_id();
      default:
        return is_memo_operation(operation) ? memo(operation)
                                            : push(read_literal(operation, in_, limits_, budget_));
    }
  }

  Status protocol() {
    std::uint8_t version = 0;
    if (!in_.read(version)) return in_.failure("a pickle");
    if (version <= 5) return Status::ok();
    return {Code::kUnsupported, "pickle protocol " + std::to_string(version) + " is not supported"};
  }

  // Frames only say how much to read ahead.
  Status frame() {
    std::uint64_t length = 0;
    if (!in_.read(length)) return in_.failure("a pickle");
    if (length > in_.remaining()) return malformed("frame of a pickle is longer than its file");
    return Status::ok();
  }

  static bool is_memo_operation(std::uint8_t operation) {
    return "qrhj\x94"sv.find(static_cast<char>(operation)) != std::string_view::npos;
  }

  Status memo(std::uint8_t operation) {
    std::uint64_t at = memo_.size();
    if (operation == 'q' || operation == 'h') {
      std::uint8_t index = 0;
      if (!in_.read(index)) return in_.failure("a pickle");
      at = index;
    } else if (operation == 'r' || operation == 'j') {
      std::uint32_t index = 0;
      if (!in_.read(index)) return in_.failure("a pickle");
      at = index;
    }
    if (operation == 'h' || operation == 'j') {
      if (at >= memo_.size() || memo_[at] == kNoValue) {
        return malformed("pickle recalls what it did not memoise");
      }
      return push(memo_[at]);
    }
    if (at >= limits_.max_pickle_memo) return over("memoised values", limits_.max_pickle_memo);
    if (at >= memo_.size()) {
      HARTONOMOUS_CHECK(budget_.charge((at + 1 - memo_.size()) * 2 * sizeof(ValueId)));
      memo_.resize(at + 1, kNoValue);
    }
    HARTONOMOUS_TRY(memo_[at], peek());
    return Status::ok();
  }

  Status short_tuple(std::size_t length) {
    HARTONOMOUS_TRY([[maybe_unused]] const ValueId first, peek(length - 1));
    Value tuple{ValueKind::kTuple};
    tuple.items.assign(stack_.end() - static_cast<std::ptrdiff_t>(length), stack_.end());
    stack_.resize(stack_.size() - length);
    return push(std::move(tuple));
  }

  Status global() {
    std::string module, name;
    HARTONOMOUS_CHECK(read_line(in_, module));
    HARTONOMOUS_CHECK(read_line(in_, name));
    return push(Value{ValueKind::kGlobal, 0, module + "." + name});
  }

  Status stack_global() {
    HARTONOMOUS_TRY(const ValueId name, pop());
    HARTONOMOUS_TRY(const ValueId module, pop());
    if (values_[name].kind != ValueKind::kString || values_[module].kind != ValueKind::kString) {
      return malformed("pickle names a global by something else than text");
    }
    return push(Value{ValueKind::kGlobal, 0, values_[module].text + "." + values_[name].text});
  }

  // An object of a class, without its state: nothing is constructed.
  Status new_object() {
    HARTONOMOUS_TRY(const ValueId arguments, pop());
    HARTONOMOUS_TRY(const ValueId type, pop());
    if (values_[type].kind != ValueKind::kGlobal || values_[arguments].kind != ValueKind::kTuple) {
      return malformed("pickle makes an object of something else than a class");
    }
    const auto callable = callable_by_name(values_[type].text);
    if (callable == Callable::kDict) return push(Value{ValueKind::kDict});
    return push(Value{ValueKind::kOpaque, 0, values_[type].text, {kNoValue, arguments}});
  }

  Status reduce() {
    HARTONOMOUS_TRY(const ValueId arguments, pop());
    HARTONOMOUS_TRY(const ValueId function, pop());
    if (values_[function].kind != ValueKind::kGlobal ||
        values_[arguments].kind != ValueKind::kTuple) {
      return malformed("pickle calls something else than a global");
    }
    const std::string name = values_[function].text;
    return push(record_call(name, arguments, values_, budget_));
  }

  // Sets an object's attributes. Those of dicts hold no tensors and are passed over.
  Status build() {
    HARTONOMOUS_TRY(const ValueId state, pop());
    HARTONOMOUS_TRY(const ValueId object, peek());
    switch (values_[object].kind) {
      case ValueKind::kDict:
        return Status::ok();
      case ValueKind::kOpaque:
        HARTONOMOUS_CHECK(values_.append(object, kNoValue));
        return values_.append(object, state);
      default:
        return malformed("pickle sets the state of something that has none");
    }
  }

  // `count` values, or all above the mark, go to the list below them.
  Status append(std::size_t count) {
    HARTONOMOUS_TRY(const std::vector<ValueId> items, take(count));
    HARTONOMOUS_TRY(const ValueId list, peek());
    const bool is_opaque = values_[list].kind == ValueKind::kOpaque;
    if (values_[list].kind != ValueKind::kList && !is_opaque) {
      return malformed("pickle appends to something else than a list");
    }
    for (const ValueId item : items) {
      if (is_opaque) HARTONOMOUS_CHECK(values_.append(list, kNoValue));
      HARTONOMOUS_CHECK(values_.append(list, item));
    }
    return Status::ok();
  }

  Status set_items(std::size_t count) {
    HARTONOMOUS_TRY(const std::vector<ValueId> items, take(count));
    HARTONOMOUS_TRY(const ValueId dict, peek());
    const ValueKind kind = values_[dict].kind;
    if (items.size() % 2 != 0 || (kind != ValueKind::kDict && kind != ValueKind::kOpaque)) {
      return malformed("pickle sets items of something else than a dict");
    }
    for (const ValueId item : items) HARTONOMOUS_CHECK(values_.append(dict, item));
    return Status::ok();
  }

  Result<std::vector<ValueId>> take(std::size_t count) {
    if (count == 0) return pop_to_mark();
    HARTONOMOUS_TRY([[maybe_unused]] const ValueId first, peek(count - 1));
    std::vector<ValueId> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return items;
  }

  // ('storage', type, key, location, count[, view]), or in old files ('module', class, ...).
  Status persistent_id() {
    HARTONOMOUS_TRY(const ValueId id, pop());
    const Value& tuple = values_[id];
    const auto kind_at = [&](std::size_t i) { return values_[tuple.items[i]].kind; };
    if (tuple.kind != ValueKind::kTuple || tuple.items.size() < 2 ||
        kind_at(0) != ValueKind::kString || kind_at(1) != ValueKind::kGlobal) {
      return malformed("pickle has a malformed persistent id");
    }
    if (values_[tuple.items[0]].text == "module") return push(tuple.items[1]);
    if (values_[tuple.items[0]].text != "storage" || tuple.items.size() < 5 ||
        tuple.items.size() > 6 || kind_at(2) != ValueKind::kString ||
        kind_at(4) != ValueKind::kInteger) {
      return malformed("pickle has a malformed persistent id");
    }
    return push(Value{ValueKind::kStorage, 0, {}, tuple.items});
  }

  HeaderReader& in_;
  const Limits& limits_;
  ParseBudget& budget_;
  Values& values_;
  std::vector<ValueId> stack_;
  std::vector<std::size_t> marks_;  // heights of the stack
  std::vector<ValueId> memo_;
  bool is_stopped_ = false;
};

}  // namespace

Result<ValueId> unpickle(HeaderReader& in, const Limits& limits, ParseBudget& budget,
                         Values& values) {
  return Machine(in, limits, budget, values).run();
}

}  // namespace hartonomous::core::format::pytorch
