// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Goes through an object or an array of a JSON text.
#pragma once

#include <string>

#include "core/base/result.hpp"
#include "core/format/json_reader.hpp"

namespace hartonomous::core::tokenizer {

// Calls member(key) -> Status, which reads the value, for each member of the object that comes
// next.
template <class F>
Status for_members(format::JsonReader& in, F&& member) {
  HARTONOMOUS_CHECK(in.begin_object());
  std::string key;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next_key(key));
    if (!more) return Status::ok();
    HARTONOMOUS_CHECK(member(key));
  }
}

// Calls element() -> Status, which reads the value, for each element of the array that comes next.
template <class F>
Status for_elements(format::JsonReader& in, F&& element) {
  HARTONOMOUS_CHECK(in.begin_array());
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next_element());
    if (!more) return Status::ok();
    HARTONOMOUS_CHECK(element());
  }
}

}  // namespace hartonomous::core::tokenizer
