// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <zlib.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/format/zip/directory.hpp"

namespace hartonomous::core::format::zip {

namespace {

constexpr std::uint64_t kWindow = 64 * 1024;

Status broken(const Entry& entry) {
  return {Code::kMalformed,
          "data of entry " + quoted(entry.name) + " in the ZIP archive is damaged"};
}

// Appends bytes to `out` until it has `wanted` of them or the entry ends. `is_whole` is set when
// all stored bytes are used and the stream has ended.
class Expander {
 public:
  Expander(ByteSource& source, const Entry& entry, Checkpoint& checkpoint)
      : source_(source), entry_(entry), checkpoint_(checkpoint) {}
  ~Expander() { inflateEnd(&stream_); }
  Expander(const Expander&) = delete;
  Expander& operator=(const Expander&) = delete;

  Status expand(std::string& out, std::uint64_t wanted, bool& is_whole) {
    // A raw stream, without zlib's own header.
    if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK) {
      return {Code::kOutOfMemory, "no memory to decompress a ZIP entry"};
    }
    out.resize(wanted);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    std::uint64_t written = 0;
    int state = Z_OK;
    while (state != Z_STREAM_END) {
      if (stream_.avail_in == 0) {
        if (used_ == entry_.stored_bytes && written == wanted) break;
        if (used_ == entry_.stored_bytes) return broken(entry_);
        HARTONOMOUS_CHECK(refill());
      }
      stream_.avail_out = static_cast<uInt>(std::min(wanted - written, kWindow));
      const uInt room = stream_.avail_out;
      state = inflate(&stream_, Z_NO_FLUSH);
      written += room - stream_.avail_out;
      checkpoint_.reached(0);
      if (state == Z_BUF_ERROR && written == wanted) break;  // there is more than was asked for
      if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return broken(entry_);
      if (written == wanted && room == 0) break;
    }
    out.resize(written);
    is_whole =
        state == Z_STREAM_END && used_ == entry_.stored_bytes && stream_.avail_in == 0;
    return Status::ok();
  }

 private:
  Status refill() {
    const std::uint64_t count = std::min(kWindow, entry_.stored_bytes - used_);
    checkpoint_.reached(count);
    HARTONOMOUS_CHECK(source_.read(entry_.data_offset + used_,
                                   std::as_writable_bytes(std::span(window_)).first(count)));
    used_ += count;
    stream_.next_in = window_.data();
    stream_.avail_in = static_cast<uInt>(count);
    return Status::ok();
  }

  ByteSource& source_;
  const Entry& entry_;
  Checkpoint& checkpoint_;
  z_stream stream_{};
  std::uint64_t used_ = 0;
  std::array<Bytef, kWindow> window_;
};

Status read_stored(ByteSource& source, const Entry& entry, Checkpoint& checkpoint,
                   std::string& out) {
  for (std::uint64_t done = 0; done < out.size();) {
    const std::uint64_t count = std::min(kWindow, out.size() - done);
    checkpoint.reached(count);
    HARTONOMOUS_CHECK(source.read(entry.data_offset + done,
                                  std::as_writable_bytes(std::span(out)).subspan(done, count)));
    done += count;
  }
  return Status::ok();
}

std::uint32_t crc_of(std::string_view text, Checkpoint& checkpoint) {
  uLong crc = crc32(0, nullptr, 0);
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kWindow);
    crc = crc32(crc, reinterpret_cast<const Bytef*>(piece.data()), static_cast<uInt>(piece.size()));
    text.remove_prefix(piece.size());
    checkpoint.reached(0);
  }
  return static_cast<std::uint32_t>(crc);
}

}  // namespace

Result<std::string> read_entry(ByteSource& source, const Entry& entry, const Limits& limits,
                               ParseBudget& budget, Checkpoint& checkpoint) {
  if (entry.expanded_bytes > limits.max_header_bytes) {
    return Status(Code::kLimitExceeded, "entry " + quoted(entry.name) + " of " +
                                            std::to_string(entry.expanded_bytes) +
                                            " bytes exceeds the limit of " +
                                            std::to_string(limits.max_header_bytes));
  }
  HARTONOMOUS_CHECK(budget.charge(entry.expanded_bytes));
  std::string out;
  if (entry.method == Method::kStored) {
    out.resize(entry.expanded_bytes);
    HARTONOMOUS_CHECK(read_stored(source, entry, checkpoint, out));
  } else {
    bool is_whole = false;
    HARTONOMOUS_CHECK(
        Expander(source, entry, checkpoint).expand(out, entry.expanded_bytes, is_whole));
    if (!is_whole || out.size() != entry.expanded_bytes) return broken(entry);
  }
  if (crc_of(out, checkpoint) != entry.crc32) {
    return Status(Code::kMalformed,
                  "checksum of entry " + quoted(entry.name) + " in the ZIP archive is wrong");
  }
  return out;
}

Result<std::string> read_prefix(ByteSource& source, const Entry& entry, std::uint64_t count,
                                Checkpoint& checkpoint) {
  std::string out;
  if (entry.method == Method::kStored) {
    out.resize(std::min(count, entry.stored_bytes));
    HARTONOMOUS_CHECK(read_stored(source, entry, checkpoint, out));
    return out;
  }
  bool is_whole = false;
  HARTONOMOUS_CHECK(Expander(source, entry, checkpoint)
                        .expand(out, std::min(count, entry.expanded_bytes), is_whole));
  return out;
}

}  // namespace hartonomous::core::format::zip
