// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <memory>
#include <span>

#include "core/base/result.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::archive {

// One compressed stream, fed in pieces.
class StreamDecoder {
 public:
  virtual ~StreamDecoder() = default;
  // Takes bytes off the front of `in` and puts what they expand to at the front of `out`, which is
  // then the rest. True at the end of the stream. kMalformed, kLimitExceeded, kOutOfMemory.
  virtual Result<bool> step(std::span<const std::byte>& in, std::span<std::byte>& out) = 0;
};

// REQUIRES: a container that compresses.
Result<std::unique_ptr<StreamDecoder>> stream_decoder(Container container);

}  // namespace hartonomous::core::format::archive
