// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a pickle calls, as a record: a dict, a tensor, or an object of which only the name and the
// arguments are known. Nothing is called.
#pragma once

#include "core/format/pytorch/pickle_values.hpp"

namespace hartonomous::core::format::pytorch {

// The value that a call of `name` with the tuple `arguments` stands for. kUnsupported unless
// callable_by_name() has it, kMalformed for arguments that it cannot have.
Result<ValueId> record_call(const std::string& name, ValueId arguments, Values& values,
                            ParseBudget& budget);

}  // namespace hartonomous::core::format::pytorch
