// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where bytes go that are made faster than they should be kept: each write may refuse.
#pragma once

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Status write(Bytes bytes) = 0;
};

}  // namespace hartonomous::core
