// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A pickle is a program for a stack machine with a memo. Its danger is REDUCE, which calls what
// GLOBAL imported; here GLOBAL pushes a name, and REDUCE pushes the record of a call. Records share
// their parts by number, so the doubling of a memoised tuple costs one value a step. Unlike a list
// of forbidden names, the list of permitted ones has no gaps: what is not on it is refused.
#include "core/format/pytorch/unpickler.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <string_view>

#include "core/format/pytorch/globals.hpp"

namespace hartonomous::core::format::pytorch {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::uint64_t kMaxLine = 1024;   // of GLOBAL, INT and LONG
constexpr std::size_t kMaxArguments = 16;  // of a call whose arguments are looked at

// Operations of pickle that exist and are not read.
constexpr std::string_view kRefused =
    "012FPSTVdgilop\x82\x83\x84\x8b\x8e\x90\x91\x92\x96\x97\x98"sv;

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
    if (stack_.size() == limits_.max_pickle_stack) return over("values on its stack", stack_.size());
    stack_.push_back(id);
    return Status::ok();
  }
  Status push(Value value) {
    HARTONOMOUS_TRY(const ValueId id, values_.add(std::move(value)));
    return push(id);
  }
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
        return is_memo_operation(operation) ? memo(operation) : literal(operation);
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

  Status literal(std::uint8_t operation) {
    switch (operation) {
      case 'N':
        return push(Value{ValueKind::kNone});
      case 0x88:
        return push(Value{ValueKind::kBool, 1});
      case 0x89:
        return push(Value{ValueKind::kBool, 0});
      case ')':
        return push(Value{ValueKind::kTuple});
      case ']':
        return push(Value{ValueKind::kList});
      case '}':
        return push(Value{ValueKind::kDict});
      case 0x8f:
        return push(Value{ValueKind::kSet});
      case 't': {
        HARTONOMOUS_TRY(std::vector<ValueId> items, pop_to_mark());
        return push(Value{ValueKind::kTuple, 0, {}, std::move(items)});
      }
      case 0x85:
      case 0x86:
      case 0x87:
        return short_tuple(operation - 0x84u);
      case 'I':
      case 'L':
        return decimal(operation == 'I');
      case 'J':
        return integer<std::int32_t>();
      case 'K':
        return integer<std::uint8_t>();
      case 'M':
        return integer<std::uint16_t>();
      case 0x8a:
        return long_integer();
      case 'G': {
        std::uint64_t image = 0;
        if (!in_.read(image)) return in_.failure("a pickle");
        return push(Value{ValueKind::kNumber});
      }
      case 'X':
        return text<std::uint32_t>(ValueKind::kString);
      case 'U':
      case 0x8c:
        return text<std::uint8_t>(ValueKind::kString);
      case 0x8d:
        return text<std::uint64_t>(ValueKind::kString);
      case 'B':
        return text<std::uint32_t>(ValueKind::kBytes);
      case 'C':
        return text<std::uint8_t>(ValueKind::kBytes);
      default:
        return refused(operation);
    }
  }

  Status refused(std::uint8_t operation) const {
    const std::string at = " at byte " + std::to_string(in_.offset() - 1);
    if (kRefused.find(static_cast<char>(operation)) == std::string_view::npos) {
      return malformed("pickle has no valid operation" + at);
    }
    return Status(Code::kUnsupported,
                  "pickle operation " + std::to_string(operation) + at + " is not supported")
        .with_detail("Only operations that tensors need are read.");
  }

  template <class T>
  Status integer() {
    T value = 0;
    if (!in_.read(value)) return in_.failure("a pickle");
    return push(Value{ValueKind::kInteger, value});
  }

  // Two's complement of up to 255 bytes; beyond 64 bits the value is not kept.
  Status long_integer() {
    std::uint8_t length = 0;
    if (!in_.read(length) || length > in_.remaining()) return in_.failure("a pickle");
    std::string bytes;
    if (!in_.read(bytes, length)) return in_.failure("a pickle");
    if (length > 8) return push(Value{ValueKind::kNumber, 0, std::move(bytes)});
    const bool is_negative = length > 0 && (bytes.back() & 0x80) != 0;
    bytes.resize(8, is_negative ? '\xff' : '\0');
    return push(Value{ValueKind::kInteger, load_little_endian<std::int64_t>(as_bytes(bytes).data())});
  }

  // A line of digits: "12", "-3", "12L"; and "00" and "01", which INT means as False and True.
  Status decimal(bool may_be_bool) {
    std::string line;
    HARTONOMOUS_CHECK(read_line(line));
    if (may_be_bool && (line == "00" || line == "01")) {
      return push(Value{ValueKind::kBool, line[1] == '1'});
    }
    std::string_view digits = line;
    if (digits.ends_with('L')) digits.remove_suffix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range && end == digits.data() + digits.size()) {
      return push(Value{ValueKind::kNumber, 0, std::string(digits)});
    }
    if (error != std::errc{} || end != digits.data() + digits.size()) {
      return malformed("pickle has the malformed integer " + quoted(line));
    }
    return push(Value{ValueKind::kInteger, value});
  }

  template <class T>
  Status text(ValueKind kind) {
    T length = 0;
    if (!in_.read(length)) return in_.failure("a pickle");
    if (length > in_.remaining()) return malformed("string of a pickle is longer than its file");
    if (length > limits_.max_string_bytes) return over("bytes in a string", limits_.max_string_bytes);
    HARTONOMOUS_CHECK(budget_.charge(length));
    Value value{kind};
    if (!in_.read(value.text, length)) return in_.failure("a pickle");
    if (kind == ValueKind::kBytes) value.text.clear();
    return push(std::move(value));
  }

  Status read_line(std::string& line) {
    line.clear();
    for (std::uint8_t c = 0;;) {
      if (!in_.read(c)) return in_.failure("a pickle");
      if (c == '\n') return Status::ok();
      if (line.size() == kMaxLine) return malformed("pickle has a line that is too long");
      line.push_back(static_cast<char>(c));
    }
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
    HARTONOMOUS_CHECK(read_line(module));
    HARTONOMOUS_CHECK(read_line(name));
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
    return call(values_[function].text, arguments);
  }

  Status call(const std::string& name, ValueId arguments) {
    const auto callable = callable_by_name(name);
    if (!callable) {
      return Status(Code::kUnsupported, "pickle calls " + quoted(name) + ", which is not supported")
          .with_detail("Only calls that tensors need are read, and none is made.");
    }
    if (*callable == Callable::kUnreadTensor || *callable == Callable::kOpaque) {
      return push(Value{ValueKind::kOpaque, 0, name, {kNoValue, arguments}});
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
        return push(items[0]);
      case Callable::kTensor:
      case Callable::kTypedTensor:
        return make_tensor(name, items, *callable == Callable::kTypedTensor ? 7 : 4);
      case Callable::kParameter:
        if (items.empty()) return malformed("pickle has a parameter without a tensor");
        return push(items[0]);
      default:
        return make_subclass(items);
    }
  }

  // Nothing, another dict, a factory, or a list of pairs.
  Status make_dict(const std::vector<ValueId>& arguments) {
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
    return push(std::move(dict));
  }

  Status make_tensor(const std::string& name, const std::vector<ValueId>& items,
                     std::size_t least) {
    if (items.size() < least) return malformed("pickle has a malformed tensor");
    HARTONOMOUS_TRY(const ValueId id, values_.add(Value{ValueKind::kTensor, 0, name, items}));
    values_.tensors.push_back(id);
    return push(id);
  }

  Status make_subclass(const std::vector<ValueId>& items) {
    if (items.size() != 4 || values_[items[0]].kind != ValueKind::kGlobal ||
        values_[items[2]].kind != ValueKind::kTuple) {
      return malformed("pickle has a malformed tensor");
    }
    const std::string name = values_[items[0]].text;
    const auto function = callable_by_name(name);
    if (function == Callable::kTensor || function == Callable::kTypedTensor) {
      return call(name, items[2]);
    }
    return push(Value{ValueKind::kOpaque, 0, name, {kNoValue, items[2]}});
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
