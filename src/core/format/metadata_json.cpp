// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <charconv>
#include <cmath>

#include "core/base/utf8.hpp"
#include "core/format/metadata.hpp"

namespace hartonomous::core::format {

namespace {

template <class T>
void append_number(std::string& out, T value) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

template <class T>
void append_float(std::string& out, T value) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
  } else if (std::isinf(value)) {
    out += value < 0 ? "\"-Infinity\"" : "\"Infinity\"";
  } else {
    append_number(out, value);
  }
}

class JsonWriter {
 public:
  JsonWriter(std::string& out, const JsonOptions& options) : out_(out), options_(options) {}

  void operator()(std::uint64_t value) { append_number(out_, value); }
  void operator()(std::int64_t value) { append_number(out_, value); }
  void operator()(float value) { append_float(out_, value); }
  void operator()(double value) { append_float(out_, value); }
  void operator()(bool value) { out_ += value ? "true" : "false"; }
  void operator()(const std::string& value) { append_json_string(out_, value); }
  // Recursion is as deep as arrays nest, which readers bound to 4.
  void operator()(const MetadataArray& array) {
    if (array.size() > options_.max_array_elements) {
      out_ += "{\"type\":\"";
      out_ += name(array.element_type());
      out_ += "\",\"length\":";
      append_number(out_, array.size());
      out_ += '}';
      return;
    }
    out_ += '[';
    for (std::uint64_t i = 0; i < array.size(); ++i) {
      if (i > 0) out_ += ',';
      write_element(array, i);
    }
    out_ += ']';
  }

 private:
  void write_element(const MetadataArray& array, std::uint64_t i) {
    switch (array.element_type()) {
      case ElementType::kString:
        return append_json_string(out_, *array.as_string(i));
      case ElementType::kArray:
        return (*this)(*array.as_array(i));
      case ElementType::kBool:
        return (*this)(*array.as_bool(i));
      case ElementType::kF32:
        return (*this)(static_cast<float>(*array.as_double(i)));
      case ElementType::kF64:
        return (*this)(*array.as_double(i));
      case ElementType::kU64:
        return (*this)(*array.as_uint64(i));
      default:
        return (*this)(*array.as_int64(i));
    }
  }

  std::string& out_;
  const JsonOptions& options_;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x80) {
      const std::size_t length = utf8::decode(text.substr(at)).length;
      out += length == 0 ? kReplacement : text.substr(at, length);
      at += length == 0 ? 1 : length;
      continue;
    }
    ++at;
    switch (byte) {
      case 0:
        out += kReplacement;
        break;
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out += kHex[byte >> 4];
          out += kHex[byte & 15];
        } else {
          out += static_cast<char>(byte);
        }
    }
  }
  out += '"';
}

std::string to_json(const Metadata& metadata, const JsonOptions& options) {
  std::string out = "{";
  for (const MetadataEntry& entry : metadata.entries()) {
    if (out.size() > 1) out += ',';
    append_json_string(out, entry.key);
    out += ':';
    std::visit(JsonWriter(out, options), entry.value);
  }
  out += '}';
  return out;
}

}  // namespace hartonomous::core::format
