// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/block/byte_stream.hpp"

#include <algorithm>
#include <cstring>

namespace hartonomous::core::block {

namespace {

enum Form : std::uint8_t { kRawForm, kConstantForm, kCodedForm };

// Four histograms in turn, so that equal neighbours do not wait for each other's increment.
SymbolCounts count(std::span<const std::uint8_t> bytes) noexcept {
  std::array<SymbolCounts, 4> parts{};
  const std::uint8_t* const from = bytes.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) ++parts.data()[i % 4].data()[from[i]];
  for (unsigned s = 0; s < kSymbols; ++s) {
    parts[0][s] += parts[1][s] + parts[2][s] + parts[3][s];
  }
  return parts[0];
}

void append_form(Form form, std::vector<std::byte>& out) {
  out.push_back(static_cast<std::byte>(form));
}

}  // namespace

void append_byte_stream(std::span<const std::uint8_t> bytes, std::vector<std::byte>& out) {
  const SymbolCounts counts = count(bytes);
  if (!bytes.empty() && counts[bytes[0]] == bytes.size()) {
    append_form(kConstantForm, out);
    out.push_back(static_cast<std::byte>(bytes[0]));
    return;
  }
  const RansModel model({&counts, 1});
  if (model.estimated_bytes() <= bytes.size() - bytes.size() / 64) {
    append_form(kCodedForm, out);
    rans_encode(model, bytes, {}, out);
    return;
  }
  append_form(kRawForm, out);
  const auto* raw = reinterpret_cast<const std::byte*>(bytes.data());
  out.insert(out.end(), raw, raw + bytes.size());
}

Result<ByteStreamReader> ByteStreamReader::open(Cursor& in, std::uint64_t count) {
  const Status broken(Code::kMalformed, "a coded block ends inside a sequence of bytes");
  ByteStreamReader reader;
  const auto form = in.read<std::uint8_t>();
  if (!form) return broken;
  switch (*form) {
    case kRawForm: {
      const auto raw = in.take(count);
      if (!raw) return broken;
      reader.raw_ = *raw;
      return reader;
    }
    case kConstantForm: {
      const auto value = in.read<std::uint8_t>();
      if (!value) return broken;
      reader.constant_ = *value;
      reader.is_constant_ = true;
      return reader;
    }
    case kCodedForm: {
      HARTONOMOUS_TRY(reader.coded_, RansDecoder::open(in, 1));
      return reader;
    }
    default:
      return Status(Code::kMalformed, "a coded block holds bytes in an unknown form");
  }
}

Status ByteStreamReader::read(std::span<std::uint8_t> out) {
  if (coded_) return coded_->read({}, out);
  if (is_constant_) {
    std::ranges::fill(out, constant_);
  } else if (!out.empty()) {
    std::memcpy(out.data(), raw_.data(), out.size());
    raw_ = raw_.subspan(out.size());
  }
  return Status::ok();
}

Status ByteStreamReader::finish() const { return coded_ ? coded_->finish() : Status::ok(); }

}  // namespace hartonomous::core::block
