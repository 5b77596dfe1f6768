// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/header_reader.hpp"

#include <algorithm>
#include <cstring>

namespace hartonomous::core::format {

bool HeaderReader::refill(std::size_t wanted) {
  if (!status_.is_ok() || remaining() < wanted) return false;
  window_at_ += used_;
  used_ = filled_ = 0;
  const auto length =
      static_cast<std::size_t>(std::min<std::uint64_t>(kWindow, source_.size() - window_at_));
  checkpoint_.reached(length);
  status_ = source_.read(window_at_, std::span(window_).first(length));
  if (!status_.is_ok()) return false;
  filled_ = length;
  return true;
}

bool HeaderReader::read(std::string& out, std::uint64_t length) {
  if (!status_.is_ok() || length > remaining()) return false;
  out.resize(length);
  for (std::uint64_t done = 0; done < length;) {
    if (used_ == filled_ && !refill(1)) return false;
    const auto piece =
        static_cast<std::size_t>(std::min<std::uint64_t>(length - done, filled_ - used_));
    std::memcpy(out.data() + done, window_.data() + used_, piece);
    used_ += piece;
    done += piece;
  }
  return true;
}

Status HeaderReader::failure(const char* what) const {
  if (!status_.is_ok()) return status_;
  return Status(Code::kMalformed, std::string("file ends inside ") + what)
      .with_detail("At byte " + std::to_string(offset()) + " of " + std::to_string(source_.size()) +
                   ".");
}

}  // namespace hartonomous::core::format
