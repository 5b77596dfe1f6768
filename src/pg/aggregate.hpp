// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// States of aggregates, type `internal`: plain values that live as long as the aggregate. They are
// kept as bytes, because the server's memory is aligned to 8 only.
#pragma once

#include "pg/datum.hpp"

namespace hartonomous::pg {

template <class State>
class AggregateState {
  static_assert(std::is_trivially_copyable_v<State>);

 public:
  // The state in argument i; State{} if it is NULL.
  static State get(FunctionCallInfo call, int i) {
    State state{};
    if (!call->args[i].isnull) {
      std::memcpy(&state, DatumGetPointer(call->args[i].value), sizeof state);
    }
    return state;
  }
  // Keeps `state` in the aggregate's memory, in place of argument 0's if that has one.
  static Datum put(FunctionCallInfo call, const State& state) {
    void* place = call->args[0].isnull ? allocate(call) : DatumGetPointer(call->args[0].value);
    std::memcpy(place, &state, sizeof state);
    return PointerGetDatum(place);
  }
  // The same in memory of its own.
  static Datum put_new(FunctionCallInfo call, const State& state) {
    void* place = allocate(call);
    std::memcpy(place, &state, sizeof state);
    return PointerGetDatum(place);
  }

 private:
  static void* allocate(FunctionCallInfo function) {
    return call([&] {
      MemoryContext memory;
      if (AggCheckCallContext(function, &memory) == 0) {
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("aggregate state used outside an aggregate")));
      }
      return MemoryContextAlloc(memory, sizeof(State));
    });
  }
};

}  // namespace hartonomous::pg
