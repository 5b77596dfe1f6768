// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/pytorch/tensor_names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/utf8.hpp"
#include "core/format/pytorch/globals.hpp"
#include "core/format/sorted_order.hpp"

namespace hartonomous::core::format::pytorch {

namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxClasses = 16;
constexpr std::array<std::string_view, 4> kWrappers = {"state_dict", "model_state_dict", "model",
                                                       "module"};

// Attributes of torch.nn.Module that hold parts of it; state_dict() leaves them out of names.
bool is_module_attribute(std::string_view key) {
  return key == "_parameters" || key == "_buffers" || key == "_modules";
}

bool is_container(ValueKind kind) {
  return kind == ValueKind::kTuple || kind == ValueKind::kList || kind == ValueKind::kDict ||
         kind == ValueKind::kOpaque;
}
bool has_keys(ValueKind kind) { return kind == ValueKind::kDict || kind == ValueKind::kOpaque; }

class Walk {
 public:
  Walk(const Values& values, const Limits& limits, ParseBudget& budget, Checkpoint& checkpoint)
      : values_(values), limits_(limits), budget_(budget), checkpoint_(checkpoint) {}

  Result<TensorNames> run(ValueId root) {
    HARTONOMOUS_CHECK(budget_.charge(values_.size() / 8));
    seen_.resize(values_.size());
    HARTONOMOUS_CHECK(visit(root));
    while (!stack_.empty()) HARTONOMOUS_CHECK(advance());
    return std::move(out_);
  }

 private:
  struct Frame {
    ValueId container;
    std::size_t next;    // index of its next item
    std::size_t prefix;  // length of the path to it
  };

  // The next item of the innermost container, whose path is path_.
  Status advance() {
    Frame& frame = stack_.back();
    const Value& container = values_[frame.container];
    if (++steps_ % 65536 == 0) checkpoint_.reached(0);
    path_.resize(frame.prefix);
    const bool keyed = has_keys(container.kind);
    if (frame.next + (keyed ? 1 : 0) >= container.items.size()) {
      stack_.pop_back();
      return Status::ok();
    }
    ValueId item = container.items[frame.next];
    if (!keyed) {
      append_part(std::to_string(frame.next));
      frame.next += 1;
      return visit(item);
    }
    const ValueId key = item;
    item = container.items[frame.next + 1];
    frame.next += 2;
    const bool leads_on = is_container(values_[item].kind);
    if (key != kNoValue && (leads_on || values_[item].kind == ValueKind::kTensor)) {
      HARTONOMOUS_CHECK(append_key(key));
    }
    return visit(item);
  }

  Status append_key(ValueId key) {
    const Value& value = values_[key];
    if (value.kind == ValueKind::kString) {
      if (utf8::first_invalid(value.text) != value.text.size() ||
          value.text.find('\0') != std::string::npos) {
        return {Code::kBadEncoding, "tensor name " + quoted(value.text) + " is not UTF-8"};
      }
      if (!is_module_attribute(value.text)) append_part(value.text);
    } else if (value.kind == ValueKind::kInteger || value.kind == ValueKind::kBool) {
      append_part(std::to_string(value.integer));
    } else {
      append_part("?");
    }
    return Status::ok();
  }

  void append_part(std::string_view part) {
    if (!path_.empty()) path_ += '.';
    path_ += part;
  }

  Status visit(ValueId id) {
    const Value& value = values_[id];
    if (value.kind == ValueKind::kTensor) return add(id);
    if (!is_container(value.kind) || seen_[id]) return Status::ok();
    seen_[id] = true;
    if (value.kind == ValueKind::kOpaque) note(value.text);
    if (stack_.size() == kMaxDepth) {
      return {Code::kLimitExceeded,
              "pickle nests more than " + std::to_string(kMaxDepth) + " containers"};
    }
    stack_.push_back({id, 0, path_.size()});
    return Status::ok();
  }

  void note(const std::string& name) {
    const auto callable = callable_by_name(name);
    if (callable == Callable::kUnreadTensor) ++out_.unread;
    if (callable || out_.classes.size() == kMaxClasses) return;
    if (std::ranges::find(out_.classes, name) == out_.classes.end()) out_.classes.push_back(name);
  }

  Status add(ValueId tensor) {
    const std::string_view name = path_.empty() ? std::string_view("tensor") : path_;
    if (name.size() > limits_.max_name_bytes) {
      return {Code::kLimitExceeded,
              "tensor name " + quoted(name) + " of " + std::to_string(name.size()) +
                  " bytes exceeds the limit of " + std::to_string(limits_.max_name_bytes)};
    }
    if (out_.tensors.size() == limits_.max_tensors) {
      return {Code::kLimitExceeded,
              "pickle has more than " + std::to_string(limits_.max_tensors) + " tensors"};
    }
    HARTONOMOUS_CHECK(budget_.charge(sizeof(NamedTensor) + name.size()));
    out_.tensors.push_back({std::string(name), tensor});
    return Status::ok();
  }

  const Values& values_;
  const Limits& limits_;
  ParseBudget& budget_;
  Checkpoint& checkpoint_;
  std::vector<bool> seen_;
  std::vector<Frame> stack_;
  std::string path_;
  std::uint64_t steps_ = 0;
  TensorNames out_;
};

// Leaves the first wrapper that names begin with out of them, unless two would become one.
void strip_wrapper(TensorNames& names, Checkpoint& checkpoint) {
  for (const std::string_view wrapper : kWrappers) {
    const std::string prefix = std::string(wrapper) + ".";
    std::vector<std::string> stripped;
    bool is_used = false;
    for (const NamedTensor& tensor : names.tensors) {
      const bool has_prefix = tensor.name.starts_with(prefix) && tensor.name != prefix;
      stripped.push_back(has_prefix ? tensor.name.substr(prefix.size()) : tensor.name);
      is_used |= has_prefix;
    }
    if (!is_used) continue;
    const auto itself = [](const std::string& name) -> std::string_view { return name; };
    if (first_duplicate(stripped, checkpoint, itself)) return;
    for (std::size_t i = 0; i < stripped.size(); ++i) names.tensors[i].name = stripped[i];
    names.wrapper = wrapper;
    return;
  }
}

}  // namespace

Result<TensorNames> name_tensors(const Values& values, ValueId root, const Limits& limits,
                                 ParseBudget& budget, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(TensorNames names, Walk(values, limits, budget, checkpoint).run(root));
  const bool is_dict = values[root].kind == ValueKind::kDict;
  HARTONOMOUS_CHECK(budget.charge(names.tensors.size() * (sizeof(std::string) + 32)));
  if (is_dict) strip_wrapper(names, checkpoint);
  return names;
}

}  // namespace hartonomous::core::format::pytorch
