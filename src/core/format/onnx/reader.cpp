// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A model is one message, gigabytes long as a rule, with tensors deep inside it: in the graph, in
// attributes of its nodes, and in graphs that are attributes. The walk keeps a stack of the
// messages it is in, so that nesting costs no recursion, and steps over everything else.
#include "core/format/onnx/reader.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/base/utf8.hpp"
#include "core/format/onnx/tensor_proto.hpp"
#include "core/format/onnx/wire_stream.hpp"
#include "core/format/parse_budget.hpp"
#include "core/format/sorted_order.hpp"

namespace hartonomous::core::format::onnx {

namespace {

using Field = WireStream::Field;
using Kind = WireStream::Field::Kind;

constexpr std::size_t kMaxDepth = 64;
constexpr std::uint64_t kMaxText = 4096;  // of a text that becomes metadata
constexpr std::uint64_t kLatestVersion = 14;

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

// The wire type of a field of ModelProto; nothing if it has no such field.
std::optional<Kind> model_field(std::uint32_t number) {
  switch (number) {
    case 1:
    case 5:
      return Kind::kVarint;
    case 2:
    case 3:
    case 4:
    case 6:
    case 7:
    case 8:
    case 14:
    case 20:
    case 25:
    case 26:
      return Kind::kBytes;
    default:
      return std::nullopt;
  }
}

class Reader {
 public:
  Reader(ByteSource& source, const Limits& limits, Checkpoint& checkpoint)
      : in_(source, checkpoint),
        size_(source.size()),
        limits_(limits),
        checkpoint_(checkpoint),
        budget_(limits.max_memory_bytes) {}

  Result<FileLayout> read() {
    HARTONOMOUS_CHECK(push(Message::kModel, size_, {}));
    while (!stack_.empty()) {
      if (in_.offset() == stack_.back().end) {
        stack_.pop_back();
        continue;
      }
      HARTONOMOUS_TRY(const Field field, in_.next(stack_.back().end));
      HARTONOMOUS_CHECK(read_field(field));
    }
    if (!has_graph_) return malformed("ONNX model has no graph");
    HARTONOMOUS_CHECK(check_version());
    HARTONOMOUS_CHECK(check_initializers());
    HARTONOMOUS_CHECK(budget_.charge(layout_.tensors.size() * sizeof(std::uint32_t)));
    drop_repeated(layout_, checkpoint_);
    layout_.metadata.append("nodes", nodes_);
    return std::move(layout_);
  }

 private:
  enum class Message : std::uint8_t { kModel, kGraph, kNode, kAttribute, kFunction };
  struct Frame {
    Message message;
    std::uint64_t end;
    std::string scope;      // what the names of tensors in it begin with
    std::string name = {};  // of a node or attribute
    std::string output = {};
    bool is_constant = false;  // a node of that type, or an attribute of one
  };

  Status push(Message message, std::uint64_t end, std::string scope) {
    if (stack_.size() == kMaxDepth) {
      return {Code::kLimitExceeded,
              "ONNX model nests more than " + std::to_string(kMaxDepth) + " messages"};
    }
    if (scope.size() > limits_.max_name_bytes) {
      return {Code::kLimitExceeded, "name " + quoted(scope) + " exceeds the limit of " +
                                        std::to_string(limits_.max_name_bytes) + " bytes"};
    }
    stack_.push_back({message, end, std::move(scope)});
    return Status::ok();
  }
  // Goes into a field that is a message.
  Status enter(Message message, const Field& field, std::string scope) {
    if (field.kind != Kind::kBytes) return in_.error();
    in_.seek(field.offset);
    return push(message, field.end(), std::move(scope));
  }

  Status read_field(const Field& field) {
    switch (stack_.back().message) {
      case Message::kModel:
        return read_model_field(field);
      case Message::kGraph:
        return read_graph_field(field);
      case Message::kNode:
        return read_node_field(field);
      case Message::kAttribute:
        return read_attribute_field(field);
      case Message::kFunction:
        if (field.number == 7) return enter(Message::kNode, field, stack_.back().scope);
        return Status::ok();
    }
    return Status::ok();
  }

  Status read_model_field(const Field& field) {
    switch (field.number) {
      case 1:
        if (field.kind != Kind::kVarint) return in_.error();
        version_ = field.value;
        return Status::ok();
      case 2:
        return add_text("producer_name", field);
      case 3:
        return add_text("producer_version", field);
      case 4:
        return add_text("domain", field);
      case 7:
        if (has_graph_) return malformed("ONNX model has two graphs");
        has_graph_ = true;
        return enter(Message::kGraph, field, {});
      case 8:
        return add_opset(field);
      case 14:
        return add_property(field);
      case 25:
        return enter(Message::kFunction, field, "function" + std::to_string(functions_++) + "/");
      default:
        return Status::ok();
    }
  }

  Status read_graph_field(const Field& field) {
    const bool is_main = stack_.size() == 2 && stack_.back().scope.empty();
    switch (field.number) {
      case 1:
        ++nodes_;
        return enter(Message::kNode, field, stack_.back().scope);
      case 2:
        return is_main ? add_text("graph", field) : Status::ok();
      case 5:
        return add_tensor(field, stack_.back().scope, {}, is_main);
      case 15:
        if (!std::exchange(has_sparse_, true)) {
          layout_.warnings.push_back("Sparse initializers are kept as they are.");
        }
        return Status::ok();
      default:
        return Status::ok();
    }
  }

  Status read_node_field(const Field& field) {
    Frame& node = stack_.back();
    switch (field.number) {
      case 2:
        return node.output.empty() ? read_name(field, node.output) : Status::ok();
      case 3:
        return read_name(field, node.name);
      case 4: {
        std::string type;
        HARTONOMOUS_CHECK(read_name(field, type));
        node.is_constant = type == "Constant";
        return Status::ok();
      }
      case 5: {
        const std::string name = node.name.empty() ? node.output : node.name;
        const std::string output = node.output;
        const bool is_constant = node.is_constant;
        HARTONOMOUS_CHECK(enter(Message::kAttribute, field, node.scope));
        stack_.back().is_constant = is_constant;
        stack_.back().output = is_constant ? output : name;
        return Status::ok();
      }
      default:
        return Status::ok();
    }
  }

  Status read_attribute_field(const Field& field) {
    Frame& attribute = stack_.back();
    switch (field.number) {
      case 1:
        return read_name(field, attribute.name);
      case 5:
        if (!attribute.is_constant || attribute.output.empty()) return Status::ok();
        return add_tensor(field, attribute.scope, attribute.output, false);
      case 6:
      case 11:
        return enter(Message::kGraph, field,
                     attribute.scope + attribute.output + "/" + attribute.name + "/");
      default:
        return Status::ok();
    }
  }

  Status read_name(const Field& field, std::string& out) {
    if (field.kind != Kind::kBytes) return in_.error();
    if (field.length > limits_.max_name_bytes) {
      return {Code::kLimitExceeded, "name of " + std::to_string(field.length) +
                                        " bytes exceeds the limit of " +
                                        std::to_string(limits_.max_name_bytes)};
    }
    HARTONOMOUS_TRY(out, in_.text(field));
    if (utf8::first_invalid(out) != out.size() || out.find('\0') != std::string::npos) {
      return {Code::kBadEncoding, "name " + quoted(out) + " is not UTF-8"};
    }
    return Status::ok();
  }

  // `name` replaces the tensor's own, which is empty in attributes.
  Status add_tensor(const Field& field, const std::string& scope, const std::string& name,
                    bool is_main) {
    if (field.kind != Kind::kBytes) return in_.error();
    HARTONOMOUS_TRY(TensorProto tensor, read_tensor(in_, field, limits_));
    in_.seek(field.end());
    if (!name.empty()) tensor.name = name;
    if (tensor.name.empty()) return malformed("initializer has no name");
    const std::string full = scope + tensor.name;
    if (full.size() > limits_.max_name_bytes) {
      return {Code::kLimitExceeded, "tensor name " + quoted(full) + " exceeds the limit of " +
                                        std::to_string(limits_.max_name_bytes) + " bytes"};
    }
    if (++tensors_ > limits_.max_tensors) {
      return {Code::kLimitExceeded,
              "ONNX model has more than " + std::to_string(limits_.max_tensors) + " tensors"};
    }
    HARTONOMOUS_CHECK(budget_.charge(sizeof(TensorEntry) + 2 * full.size() + 256));
    if (is_main) initializers_.push_back(full);
    for (const std::string& warning : tensor.warnings) {
      layout_.warnings.push_back("Tensor " + quoted(full) + ": " + warning);
    }
    if (!tensor.entry) return Status::ok();
    tensor.entry->name = full;
    layout_.tensors.push_back(std::move(*tensor.entry));
    return Status::ok();
  }

  // Long texts stay in the file.
  Status add_text(const char* key, const Field& field) {
    if (field.kind != Kind::kBytes) return in_.error();
    if (field.length == 0 || field.length > kMaxText) return Status::ok();
    if (layout_.metadata.find(key) != nullptr) {
      return malformed("ONNX model has " + std::string(key) + " twice");
    }
    HARTONOMOUS_TRY(std::string text, in_.text(field));
    layout_.metadata.append(key, std::move(text));
    return Status::ok();
  }

  // OperatorSetIdProto: 1 domain, 2 version.
  Status add_opset(const Field& field) {
    if (field.kind != Kind::kBytes) return in_.error();
    in_.seek(field.offset);
    std::string domain;
    std::uint64_t version = 0;
    while (in_.offset() < field.end()) {
      HARTONOMOUS_TRY(const Field part, in_.next(field.end()));
      if (part.number == 1) HARTONOMOUS_CHECK(read_name(part, domain));
      if (part.number == 2 && part.kind == Kind::kVarint) version = part.value;
    }
    return add_entry("opset." + (domain.empty() ? std::string("ai.onnx") : domain), version);
  }

  // StringStringEntryProto: 1 key, 2 value.
  Status add_property(const Field& field) {
    if (field.kind != Kind::kBytes) return in_.error();
    in_.seek(field.offset);
    std::string key, value;
    while (in_.offset() < field.end()) {
      HARTONOMOUS_TRY(const Field part, in_.next(field.end()));
      if (part.number == 1) HARTONOMOUS_CHECK(read_name(part, key));
      if (part.number != 2 || part.kind != Kind::kBytes || part.length > kMaxText) continue;
      HARTONOMOUS_TRY(value, in_.text(part));
    }
    return add_entry("property." + key, std::move(value));
  }

  Status add_entry(std::string key, MetadataValue value) {
    if (layout_.metadata.entries().size() >= kMaxText) return Status::ok();
    HARTONOMOUS_CHECK(budget_.charge(sizeof(MetadataEntry) + key.size() + 2 * kMaxText));
    if (layout_.metadata.find(key) != nullptr) {
      return malformed("metadata key " + quoted(key) + " occurs twice");
    }
    layout_.metadata.append(std::move(key), std::move(value));
    return Status::ok();
  }

  Status check_version() {
    if (version_ < 1 || version_ > kLatestVersion) {
      return {Code::kUnsupported,
              "ONNX models of IR version " + std::to_string(version_) + " are not supported"};
    }
    layout_.metadata.append("ir_version", version_);
    return Status::ok();
  }

  Status check_initializers() {
    const auto itself = [](const std::string& name) -> std::string_view { return name; };
    if (const auto twice = first_duplicate(initializers_, checkpoint_, itself)) {
      return malformed("initializer " + quoted(initializers_[*twice]) + " is listed twice");
    }
    return Status::ok();
  }

  WireStream in_;
  std::uint64_t size_;
  const Limits& limits_;
  Checkpoint& checkpoint_;
  ParseBudget budget_;
  std::vector<Frame> stack_;
  std::vector<std::string> initializers_;  // of the graph itself
  std::uint64_t version_ = 0, nodes_ = 0, tensors_ = 0, functions_ = 0;
  bool has_graph_ = false, has_sparse_ = false;
  FileLayout layout_{Format::kOnnx, {}, {}, {}};
};

}  // namespace

Result<bool> is_model(ByteSource& source, Checkpoint& checkpoint) {
  WireStream in(source, checkpoint);
  bool has_version = false, has_graph = false;
  while (in.offset() < source.size()) {
    const auto field = in.next(source.size());
    if (!field.is_ok()) {
      if (field.status().code() == Code::kMalformed) return false;
      return field.status();
    }
    if (model_field(field.value().number) != field.value().kind) return false;
    has_version |= field.value().number == 1;
    has_graph |= field.value().number == 7;
  }
  return has_version && has_graph;
}

Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  return Reader(source, limits, checkpoint).read();
}

}  // namespace hartonomous::core::format::onnx
