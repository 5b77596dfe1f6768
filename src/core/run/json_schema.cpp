// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/json_schema.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/format/json_reader.hpp"
#include "core/format/metadata.hpp"
#include "core/run/grammar.hpp"

namespace hartonomous::core::run {

namespace {

using format::JsonReader;

constexpr int kMostLevels = 32;
constexpr std::string_view kDescribing[] = {"title",    "description", "default",  "examples",
                                            "$schema",  "$id",         "$comment", "deprecated",
                                            "readOnly", "writeOnly"};
constexpr std::string_view kOfStrings = R"gbnf(
character ::= [^"\\\x00-\x1f] | "\\" escape
integer ::= "-"? ( "0" | [1-9] [0-9]{0,15} )
)gbnf";

struct Property {
  std::string name, rule;
};
struct Repeats {
  std::uint64_t least = 0;
  std::optional<std::uint64_t> most;
  std::string spelled() const {
    std::string out(1, '{');
    out.append(std::to_string(least)).append(",");
    if (most) out.append(std::to_string(*most));
    return out.append("}");
  }
};

// What one schema says.
struct Schema {
  std::vector<std::string> types, required;
  std::vector<std::string> choices;  // of enum, const, anyOf, oneOf: alternatives in GBNF
  std::vector<Property> properties;
  std::string items;  // a rule
  Repeats item_count, length;
};

// A GBNF literal of this text.
std::string literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string quoted_literal(std::string_view text) {
  std::string json;
  format::append_json_string(json, text);
  return literal(json);
}

class Writer {
 public:
  Writer(std::string_view text, Checkpoint& checkpoint)
      : text_(text), in_(text, "JSON schema", 0, checkpoint) {}

  Result<std::string> write() {
    HARTONOMOUS_TRY(const std::string root, schema(0));
    HARTONOMOUS_CHECK(in_.finish());
    return "root ::= " + root + "\n" + rules_ + std::string(kOfStrings) +
           std::string(Grammar::json_rules());
  }

 private:
  // Reads a schema; what matches it is the rule of the name returned.
  Result<std::string> schema(int level) {
    if (level == kMostLevels) {
      return Status(Code::kLimitExceeded, std::string("JSON schema of more than ") +
                                              std::to_string(kMostLevels) + " levels");
    }
    if (in_.peek() == 't') {
      HARTONOMOUS_CHECK(in_.skip_value());
      return std::string("value");
    }
    HARTONOMOUS_CHECK(in_.begin_object());
    Schema out;
    std::string word;
    for (;;) {
      HARTONOMOUS_TRY(const bool more, in_.next_key(word));
      if (!more) break;
      HARTONOMOUS_CHECK(read(word, out, level + 1));
    }
    return rule_of(out);
  }

  Status read(const std::string& word, Schema& out, int level) {
    if (word == "type") return read_names(out.types);
    if (word == "required") return read_names(out.required);
    if (word == "enum" || word == "anyOf" || word == "oneOf") return read_choices(word, out, level);
    if (word == "const") return read_literal(out);
    if (word == "properties") return read_properties(out, level);
    if (word == "items") {
      HARTONOMOUS_TRY(out.items, schema(level));
      return Status::ok();
    }
    if (word == "minItems") return read_count(out.item_count.least);
    if (word == "maxItems") return read_count(out.item_count.most.emplace());
    if (word == "minLength") return read_count(out.length.least);
    if (word == "maxLength") return read_count(out.length.most.emplace());
    if (word == "additionalProperties" && in_.peek() == 'f') return in_.skip_value();
    if (std::ranges::find(kDescribing, word) != std::end(kDescribing)) return in_.skip_value();
    return {Code::kUnsupported, "JSON schema with " + quoted(word) + " is not supported"};
  }

  Status read_count(std::uint64_t& out) {
    HARTONOMOUS_TRY(out, in_.read_uint64());
    return Status::ok();
  }

  Status read_names(std::vector<std::string>& out) {
    if (in_.peek() == '"') return in_.read_string(out.emplace_back());
    HARTONOMOUS_CHECK(in_.begin_array());
    for (;;) {
      HARTONOMOUS_TRY(const bool more, in_.next_element());
      if (!more) return Status::ok();
      HARTONOMOUS_CHECK(in_.read_string(out.emplace_back()));
    }
  }

  Status read_choices(const std::string& word, Schema& out, int level) {
    HARTONOMOUS_CHECK(in_.begin_array());
    const std::size_t before = out.choices.size();
    for (;;) {
      HARTONOMOUS_TRY(const bool more, in_.next_element());
      if (!more) break;
      if (word == "enum") {
        HARTONOMOUS_CHECK(read_literal(out));
      } else {
        HARTONOMOUS_TRY(out.choices.emplace_back(), schema(level));
      }
    }
    if (out.choices.size() > before) return Status::ok();
    return {Code::kMalformed, "JSON schema's " + quoted(word) + " is empty"};
  }

  Status read_literal(Schema& out) {
    const char first = in_.peek();
    if (first == '{' || first == '[') {
      return {Code::kUnsupported, "JSON schema with enum or const of objects or arrays"};
    }
    if (first == '"') {
      std::string text;
      HARTONOMOUS_CHECK(in_.read_string(text));
      out.choices.push_back(quoted_literal(text));
      return Status::ok();
    }
    const std::uint64_t begin = in_.offset();
    HARTONOMOUS_CHECK(in_.skip_value());
    out.choices.push_back(literal(text_.substr(begin, in_.offset() - begin)));
    return Status::ok();
  }

  Status read_properties(Schema& out, int level) {
    HARTONOMOUS_CHECK(in_.begin_object());
    for (;;) {
      Property property;
      HARTONOMOUS_TRY(const bool more, in_.next_key(property.name));
      if (!more) return Status::ok();
      HARTONOMOUS_TRY(property.rule, schema(level));
      out.properties.push_back(std::move(property));
    }
  }

  std::string add_rule(const std::string& body) {
    const std::string name = std::string("rule-").append(std::to_string(++count_));
    rules_ += name + " ::= " + body + "\n";
    return name;
  }

  Result<std::string> rule_of(const Schema& schema) {
    std::vector<std::string> ways = schema.choices;
    const bool has_shape = !schema.properties.empty() || !schema.items.empty();
    if (!ways.empty() && has_shape) {
      return Status(Code::kUnsupported, "JSON schema with alternatives beside properties or items");
    }
    std::vector<std::string> types = schema.types;
    if (types.empty() && !schema.properties.empty()) types.push_back("object");
    if (types.empty() && !schema.items.empty()) types.push_back("array");
    if (ways.empty()) {
      for (const std::string& type : types) {
        HARTONOMOUS_TRY(ways.emplace_back(), way_of(type, schema));
      }
    }
    if (ways.empty()) ways.push_back("value");
    std::string body;
    for (const std::string& way : ways) body += (body.empty() ? "" : " | ") + way;
    return add_rule(body);
  }

  Result<std::string> way_of(const std::string& type, const Schema& schema) {
    if (type == "string") return "\"\\\"\" character" + schema.length.spelled() + " \"\\\"\"";
    if (type == "number" || type == "integer") return type;
    if (type == "null") return std::string("\"null\"");
    if (type == "boolean") return std::string("( \"true\" | \"false\" )");
    if (type == "array") return array_of(schema);
    if (type == "object") return object_of(schema);
    return Status(Code::kMalformed, "JSON schema of unknown type " + quoted(type));
  }

  std::string array_of(const Schema& schema) {
    const std::string item = schema.items.empty() ? "value" : schema.items;
    Repeats further = schema.item_count;
    if (further.most == 0) return "\"[\" ws \"]\"";
    if (further.most) --*further.most;
    if (further.least > 0) --further.least;
    const std::string some = item + " ( \",\" ws " + item + " )" + further.spelled();
    return "\"[\" ws " + (schema.item_count.least > 0 ? some : "( " + some + " )?") + " \"]\"";
  }

  // From the last member to the first: what may follow when some were written, and when none was.
  Result<std::string> object_of(const Schema& schema) {
    if (schema.properties.empty() && schema.required.empty()) return std::string("object");
    std::string rest, first;
    for (std::size_t i = schema.properties.size(); i-- > 0;) {
      const Property& property = schema.properties[i];
      const std::string member = quoted_literal(property.name) + " ws \":\" ws " + property.rule;
      const bool is_required =
          std::ranges::find(schema.required, property.name) != schema.required.end();
      std::string alone = member + " " + rest;
      if (!is_required) alone = first.empty() ? "( " + alone + " )?" : alone + " | " + first;
      first = add_rule(alone);
      rest = add_rule((is_required ? "\",\" ws " + member : "( \",\" ws " + member + " )?") + " " +
                      rest);
    }
    for (const std::string& name : schema.required) {
      if (std::ranges::find(schema.properties, name, &Property::name) == schema.properties.end()) {
        return Status(Code::kMalformed,
                      "JSON schema requires " + quoted(name) + ", which is no property");
      }
    }
    return "\"{\" ws " + first + " \"}\"";
  }

  std::string_view text_;
  JsonReader in_;
  std::string rules_;
  std::size_t count_ = 0;
};

}  // namespace

Result<std::string> json_schema_grammar(std::string_view schema, Checkpoint& checkpoint) {
  return Writer(schema, checkpoint).write();
}

}  // namespace hartonomous::core::run
