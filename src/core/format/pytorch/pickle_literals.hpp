// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The operations of a pickle that only say a value: None, numbers, texts, and empty containers.
#pragma once

#include "core/format/header_reader.hpp"
#include "core/format/parse.hpp"
#include "core/format/pytorch/pickle_values.hpp"

namespace hartonomous::core::format::pytorch {

// The value that `operation` says, whose operand comes next in `in`. kUnsupported for operations
// that are no literals and are not read elsewhere, kMalformed for bytes that are no operation.
Result<Value> read_literal(std::uint8_t operation, HeaderReader& in, const Limits& limits,
                           ParseBudget& budget);

// Up to the line's end, at most 1024 bytes.
Status read_line(HeaderReader& in, std::string& line);

}  // namespace hartonomous::core::format::pytorch
