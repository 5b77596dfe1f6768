// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/hdf5/group.hpp"

#include "core/base/utf8.hpp"

namespace hartonomous::core::format::hdf5 {

namespace {

constexpr unsigned kMostLevels = 32;

Status check_name(std::string_view name) {
  if (utf8::first_invalid(name) < name.size() || name.find('\0') != name.npos) {
    return {Code::kBadEncoding, "HDF5 name is not valid UTF-8: " + quoted(name)};
  }
  if (name.empty() || name.find('/') != name.npos) return broken("name of a group's member");
  return Status::ok();
}

class SymbolTable {
 public:
  SymbolTable(File& file, Members& out) : file_(file), out_(out) {}

  Status read(std::uint64_t tree, std::uint64_t heap) {
    HARTONOMOUS_CHECK(read_heap(heap));
    return walk(tree, std::nullopt);
  }

 private:
  // Signature, version, reserved; size, free list, address of the names.
  Status read_heap(std::uint64_t address) {
    constexpr std::uint64_t kMost = 8 + 8 + 8 + 8;
    HARTONOMOUS_TRY(const std::string head, file_.read_up_to(address, kMost));
    Fields in = file_.fields(head);
    const auto signature = in.take(4);
    in.skip(4);
    const auto size = in.length();
    in.length();
    const auto names = in.offset();
    if (!names || as_text(*signature) != "HEAP") return broken("heap of names");
    HARTONOMOUS_TRY(names_, file_.read(*names, *size));
    return Status::ok();
  }

  Status walk(std::uint64_t address, std::optional<std::uint64_t> expected_level) {
    HARTONOMOUS_TRY(const bool is_new, file_.visit(address));
    if (!is_new) return broken("group that leads back to itself");
    const std::uint64_t head_bytes = 8 + 2 * std::uint64_t{file_.fields({}).offset_bytes()};
    HARTONOMOUS_TRY(const std::string head, file_.read(address, head_bytes));
    Fields in = file_.fields(head);
    const auto signature = in.take(4);
    const auto type = in.number(1), level = in.number(1), entries = in.number(2);
    const bool is_tree = as_text(*signature) == "TREE" && *type == 0 && *level <= kMostLevels &&
                         level == expected_level.value_or(*level);
    if (!is_tree) return broken("tree of a group");
    const std::uint64_t entry = std::uint64_t{in.offset_bytes()} + in.length_bytes();
    HARTONOMOUS_TRY(const std::string body, file_.read(address + head_bytes, *entries * entry));
    Fields rows = file_.fields(body);
    for (std::uint64_t i = 0; i < *entries; ++i) {
      const auto key = rows.length(), child = rows.offset();
      if (!key || !child) return broken("tree of a group");
      // At most kMostLevels deep: each child is one level lower.
      HARTONOMOUS_CHECK(*level > 0 ? walk(*child, *level - 1) : read_node(*child));
    }
    return Status::ok();
  }

  // Signature, version, reserved, count; entries.
  Status read_node(std::uint64_t address) {
    HARTONOMOUS_TRY(const bool is_new, file_.visit(address));
    if (!is_new) return broken("group that leads back to itself");
    constexpr std::uint64_t kHead = 8;
    HARTONOMOUS_TRY(const std::string head, file_.read(address, kHead));
    Fields in = file_.fields(head);
    const auto signature = in.take(4);
    in.skip(2);
    const auto count = in.number(2);
    if (as_text(*signature) != "SNOD") return broken("node of a group");
    const std::uint64_t entry = 2 * std::uint64_t{in.offset_bytes()} + 4 + 4 + 16;
    HARTONOMOUS_TRY(const std::string body, file_.read(address + kHead, *count * entry));
    Fields rows = file_.fields(body);
    for (std::uint64_t i = 0; i < *count; ++i) HARTONOMOUS_CHECK(read_entry(rows));
    return Status::ok();
  }

  Status read_entry(Fields& rows) {
    constexpr std::uint64_t kSoftLink = 2;
    const auto at = rows.offset(), object = rows.offset();
    const auto cache = rows.number(4);
    rows.skip(4 + 16);
    if (!at || !object || !cache || *at >= names_.size()) return broken("entry of a group");
    const std::size_t end = names_.find('\0', *at);
    if (end == names_.npos) return broken("heap of names");
    std::string name = names_.substr(*at, end - *at);
    HARTONOMOUS_CHECK(check_name(name));
    if (*cache == kSoftLink) {
      ++out_.soft_links;
      return Status::ok();
    }
    HARTONOMOUS_CHECK(file_.budget().charge(sizeof(Member) + name.size()));
    out_.members.push_back({std::move(name), *object});
    return Status::ok();
  }

  File& file_;
  Members& out_;
  std::string names_;
};

// version, flags; type, order, character set if the flags say so; name; what it leads to.
Status read_link(File& file, std::string_view body, Members& out) {
  enum Kind : std::uint8_t { kHard = 0, kSoft = 1, kExternal = 64 };
  Fields in = file.fields(body);
  const auto version = in.number(1), flags = in.number(1);
  if (version != 1 || !flags) return broken("link");
  const auto kind = (*flags & 8) != 0 ? in.number(1) : std::optional<std::uint64_t>(kHard);
  if ((*flags & 4) != 0) in.skip(8);
  if ((*flags & 16) != 0) in.skip(1);
  const auto length = in.number(1U << (*flags & 3));
  const auto name = length ? in.take(*length) : std::nullopt;
  if (!kind || !name) return broken("link");
  HARTONOMOUS_CHECK(check_name(as_text(*name)));
  if (*kind == kExternal) {
    return Status(Code::kUnsupported, "HDF5 file has a link to another file")
        .with_hint("Such a link can name any file of the machine that reads it.");
  }
  if (*kind != kHard) {
    ++out.soft_links;
    return Status::ok();
  }
  const auto address = in.offset();
  if (!address) return broken("link");
  out.members.push_back({std::string(as_text(*name)), *address});
  return Status::ok();
}

}  // namespace

bool is_group(const ObjectHeader& header) noexcept {
  return header.find(MessageType::kSymbolTable) != nullptr ||
         header.find(MessageType::kLinkInfo) != nullptr ||
         header.find(MessageType::kLink) != nullptr;
}

Result<Members> read_members(File& file, const ObjectHeader& header) {
  Members out;
  if (const Message* table = header.find(MessageType::kSymbolTable)) {
    Fields in = file.fields(table->body);
    const auto tree = in.offset(), heap = in.offset();
    if (!tree || !heap) return broken("symbol table");
    HARTONOMOUS_CHECK(SymbolTable(file, out).read(*tree, *heap));
  }
  for (const Message& message : header.messages) {
    if (message.type == MessageType::kLink) HARTONOMOUS_CHECK(read_link(file, message.body, out));
  }
  if (const Message* links = header.find(MessageType::kLinkInfo)) {
    Fields in = file.fields(links->body);
    in.skip(1);
    const auto flags = in.number(1);
    if (flags && (*flags & 1) != 0) in.skip(8);
    const auto heap = in.offset();
    if (!heap) return broken("link info");
    out.is_partial = !file.is_undefined(*heap);
  }
  return out;
}

}  // namespace hartonomous::core::format::hdf5
