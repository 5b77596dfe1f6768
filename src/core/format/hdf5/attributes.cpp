// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/hdf5/attributes.hpp"

#include "core/base/utf8.hpp"
#include "core/format/hdf5/dataset.hpp"

namespace hartonomous::core::format::hdf5 {

namespace {

struct Attribute {
  std::string_view name, datatype, dataspace;
  Bytes value;
};

// Version 1 pads each part to a multiple of 8; version 3 says in which characters the name is.
Result<Attribute> split(const File& file, std::string_view body) {
  Fields in = file.fields(body);
  const auto version = in.number(1);
  in.skip(1);
  const auto name = in.number(2), datatype = in.number(2), dataspace = in.number(2);
  if (!version || *version < 1 || *version > 3 || !dataspace) return broken("attribute");
  if (*version == 3) in.skip(1);
  const auto part = [&](std::uint64_t size) -> std::optional<std::string_view> {
    const auto bytes = in.take(size);
    if (!bytes || (*version == 1 && !in.skip((8 - size % 8) % 8))) return std::nullopt;
    return as_text(*bytes);
  };
  const auto name_bytes = part(*name), type_bytes = part(*datatype), space_bytes = part(*dataspace);
  if (!name_bytes || !type_bytes || !space_bytes) return broken("attribute");
  return Attribute{name_bytes->substr(0, name_bytes->find('\0')), *type_bytes, *space_bytes,
                   *in.take(in.remaining())};
}

// An object of a global heap, by number; nothing if the collection does not have it.
Result<std::optional<std::string>> heap_object(File& file, std::uint64_t address,
                                               std::uint64_t number) {
  const std::uint64_t head_bytes = 8 + std::uint64_t{file.fields({}).length_bytes()};
  HARTONOMOUS_TRY(const std::string head, file.read(address, head_bytes));
  Fields in = file.fields(head);
  const auto signature = in.take(4);
  in.skip(4);
  const auto size = in.length();
  if (as_text(*signature) != "GCOL" || *size < head_bytes) return broken("global heap");
  HARTONOMOUS_TRY(const std::string body, file.read(address + head_bytes, *size - head_bytes));
  Fields objects = file.fields(body);
  for (;;) {
    const auto index = objects.number(2);
    objects.skip(2 + 4);
    const auto length = objects.length();
    if (!length || *index == 0) return std::optional<std::string>();  // free space is the last
    const auto bytes = objects.take(*length);
    if (!bytes) return broken("global heap");
    if (*index == number) return std::optional(std::string(as_text(*bytes)));
    objects.skip((8 - *length % 8) % 8);
  }
}

Result<std::optional<std::string>> text_of(File& file, const Attribute& attribute) {
  HARTONOMOUS_TRY(const ElementKind kind, read_datatype(file, attribute.datatype));
  HARTONOMOUS_TRY(const Dataspace space, read_dataspace(file, attribute.dataspace));
  if (space.is_null || !space.shape.empty()) return std::optional<std::string>();
  if (kind.is_fixed_text) {
    if (kind.bytes > attribute.value.size()) return broken("attribute");
    const std::string_view text = as_text(attribute.value.first(kind.bytes));
    return std::optional(std::string(text.substr(0, text.find('\0'))));
  }
  if (!kind.is_variable_text) return std::optional<std::string>();
  Fields in = file.fields(as_text(attribute.value));
  in.skip(4);  // length
  const auto heap = in.offset();
  const auto number = in.number(4);
  if (!heap || !number) return broken("attribute");
  if (*heap == 0 || file.is_undefined(*heap)) return std::optional<std::string>();
  return heap_object(file, *heap, *number);
}

bool is_text(std::string_view text) noexcept {
  return utf8::first_invalid(text) == text.size() && text.find('\0') == text.npos;
}

}  // namespace

Status read_attributes(File& file, const ObjectHeader& header, Metadata& out) {
  for (const Message& message : header.messages) {
    if (message.type != MessageType::kAttribute || message.is_shared) continue;
    HARTONOMOUS_TRY(const Attribute attribute, split(file, message.body));
    HARTONOMOUS_TRY(std::optional<std::string> text, text_of(file, attribute));
    const bool is_kept =
        text && is_text(*text) && is_text(attribute.name) && out.find(attribute.name) == nullptr;
    if (!is_kept) continue;
    HARTONOMOUS_CHECK(file.budget().charge(attribute.name.size() + text->size()));
    out.append(std::string(attribute.name), std::move(*text));
  }
  return Status::ok();
}

}  // namespace hartonomous::core::format::hdf5
