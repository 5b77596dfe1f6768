// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// An object's header: a list of messages, in one or several pieces. Versions 1 and 2.
#pragma once

#include <string>
#include <vector>

#include "core/format/hdf5/file.hpp"

namespace hartonomous::core::format::hdf5 {

enum class MessageType : std::uint16_t {
  kDataspace = 0x01,
  kLinkInfo = 0x02,
  kDatatype = 0x03,
  kLink = 0x06,
  kExternalFiles = 0x07,
  kLayout = 0x08,
  kFilters = 0x0b,
  kAttribute = 0x0c,
  kContinuation = 0x10,
  kSymbolTable = 0x11,
};

struct Message {
  MessageType type;       // or a number that is none of them
  bool is_shared;         // the body says where else it is
  std::uint64_t address;  // of the body
  std::string body;
};

struct ObjectHeader {
  std::vector<Message> messages;
  // The first of that type, or nothing.
  const Message* find(MessageType type) const noexcept;
};

// kMalformed for pieces that overlap, or messages that reach out of theirs.
Result<ObjectHeader> read_object_header(File& file, std::uint64_t address);

}  // namespace hartonomous::core::format::hdf5
