// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A symbolic unpickler: it reads the operations of a pickle and records what they describe. Nothing
// is imported and nothing is called; a name is text, a call is a value that says what would have
// been called. Source: Python's pickletools; PyTorch's weights-only unpickler for the operations.
#pragma once

#include "core/format/header_reader.hpp"
#include "core/format/parse.hpp"
#include "core/format/pytorch/pickle_values.hpp"

namespace hartonomous::core::format::pytorch {

// Reads one pickle, up to and with its STOP, of protocol 1 to 5, and returns its value. Appends to
// `values`; memo and stack are its own. kUnsupported for operations outside the list below and for
// calls of names outside pytorch/globals; kMalformed for what no pickle can be; kLimitExceeded over
// the caps on operations, memo and stack; kOutOfMemory. Linear in the pickle's length.
//
// Read are PROTO, FRAME, STOP, MARK, GLOBAL, STACK_GLOBAL, NEWOBJ, REDUCE, BUILD, APPEND(S),
// SETITEM(S), TUPLE, TUPLE1-3, EMPTY_TUPLE/LIST/DICT/SET, NONE, NEWTRUE, NEWFALSE, INT, LONG,
// BININT, BININT1-2, LONG1, BINFLOAT, BINUNICODE and its short and long forms, SHORT_BINSTRING,
// BINBYTES and its short form, BINPERSID, and the binary PUT, GET and MEMOIZE.
Result<ValueId> unpickle(HeaderReader& in, const Limits& limits, ParseBudget& budget,
                         Values& values);

}  // namespace hartonomous::core::format::pytorch
