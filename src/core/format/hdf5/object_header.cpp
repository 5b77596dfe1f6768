// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/hdf5/object_header.hpp"

#include <algorithm>

namespace hartonomous::core::format::hdf5 {

namespace {

constexpr std::size_t kMostMessages = 65'536;
constexpr std::uint64_t kChecksum = 4;
constexpr std::uint8_t kShared = 2;  // bit of a message's flags

struct Piece {
  std::uint64_t address, length;
};

// How messages are written in the header's version.
struct Form {
  bool is_old;
  bool has_order;  // each message has its order of creation
};

class Reader {
 public:
  explicit Reader(File& file) : file_(file) {}

  Result<ObjectHeader> read(std::uint64_t address) {
    HARTONOMOUS_TRY(const std::string head, file_.read_up_to(address, kHeadBytes));
    HARTONOMOUS_CHECK(head.starts_with("OHDR") ? start_new(address, head)
                                               : start_old(address, head));
    // Pieces grow by what continuation messages name.
    for (std::size_t i = 0; i < pieces_.size(); ++i) HARTONOMOUS_CHECK(read_piece(pieces_[i]));
    return std::move(header_);
  }

 private:
  static constexpr std::uint64_t kHeadBytes = 64;

  Status start_old(std::uint64_t address, std::string_view head) {
    Fields in = file_.fields(head);
    const auto version = in.number(1);
    in.skip(1);
    const auto messages = in.number(2);
    in.skip(4);  // references
    const auto size = in.number(4);
    in.skip(4);  // to a multiple of 8
    if (version != 1 || !messages || !size) return broken("object header");
    form_ = {.is_old = true, .has_order = false};
    pieces_.push_back({address + in.position(), *size});
    return Status::ok();
  }

  Status start_new(std::uint64_t address, std::string_view head) {
    Fields in = file_.fields(head);
    in.skip(4);
    const auto version = in.number(1), flags = in.number(1);
    if (version != 2 || !flags) return broken("object header");
    if ((*flags & 0x20) != 0) in.skip(16);  // times
    if ((*flags & 0x10) != 0) in.skip(4);   // when attributes are stored otherwise
    const auto size = in.number(1U << (*flags & 3));
    if (!size) return broken("object header");
    form_ = {.is_old = false, .has_order = (*flags & 4) != 0};
    pieces_.push_back({address + in.position(), *size});
    return Status::ok();
  }

  Status read_piece(Piece piece) {
    HARTONOMOUS_TRY(const bool is_new, file_.visit(piece.address));
    if (!is_new) return broken("object header that leads back to itself");
    HARTONOMOUS_TRY(const std::string bytes, file_.read(piece.address, piece.length));
    Fields in = file_.fields(bytes);
    const std::uint64_t least = form_.is_old ? 8 : (form_.has_order ? 6 : 4);
    while (in.remaining() >= least) HARTONOMOUS_CHECK(read_message(in, piece.address));
    return Status::ok();
  }

  Status read_message(Fields& in, std::uint64_t piece) {
    const auto type = in.number(form_.is_old ? 2 : 1), size = in.number(2), flags = in.number(1);
    if (form_.is_old) in.skip(3);
    if (form_.has_order) in.skip(2);
    const std::uint64_t address = piece + in.position();
    const auto body = size ? in.take(*size) : std::nullopt;
    if (!type || !flags || !body) return broken("header message");
    if (header_.messages.size() == kMostMessages) {
      return {Code::kLimitExceeded, "HDF5 object has too many header messages"};
    }
    Message message{static_cast<MessageType>(*type), (*flags & kShared) != 0, address,
                    std::string(as_text(*body))};
    if (message.type == MessageType::kContinuation) return add_piece(message);
    HARTONOMOUS_CHECK(file_.budget().charge(sizeof message + message.body.size()));
    header_.messages.push_back(std::move(message));
    return Status::ok();
  }

  Status add_piece(const Message& message) {
    Fields in = file_.fields(message.body);
    const auto address = in.offset(), length = in.length();
    if (!address || !length) return broken("header continuation");
    if (form_.is_old) {
      pieces_.push_back({*address, *length});
      return Status::ok();
    }
    constexpr std::uint64_t kSignature = 4;  // "OCHK"
    if (*length < kSignature + kChecksum) return broken("header continuation");
    HARTONOMOUS_TRY(const std::string signature, file_.read(*address, kSignature));
    if (signature != "OCHK") return broken("header continuation");
    pieces_.push_back({*address + kSignature, *length - kSignature - kChecksum});
    return Status::ok();
  }

  File& file_;
  Form form_{};
  std::vector<Piece> pieces_;
  ObjectHeader header_;
};

}  // namespace

const Message* ObjectHeader::find(MessageType type) const noexcept {
  const auto found = std::ranges::find(messages, type, &Message::type);
  return found == messages.end() ? nullptr : &*found;
}

Result<ObjectHeader> read_object_header(File& file, std::uint64_t address) {
  return Reader(file).read(address);
}

}  // namespace hartonomous::core::format::hdf5
