// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The only legal way to meet a PostgreSQL ERROR and go on. Catching pg::Error alone would leave
// locks, buffers, snapshots and half-done writes of the failed part behind; an internal
// subtransaction undoes them.
//
//   if (std::optional<pg::Error> error = pg::subtransaction([&] { ... })) { use error->data() }
//
//   committed       f's writes are part of the surrounding transaction; the result is empty.
//   rolled back     an ERROR reached the end of f; the result holds it, in the caller's context.
//   rolled back and thrown on   f threw anything else (Failure, bad_alloc), or the ERROR says that
//                   the statement or session is over: cancel (57014), shutdown (57P01..57P04).
//
// f runs in the caller's memory context and may use C++ objects as any code under entry() may. Each
// use that writes spends a transaction id and, beyond 64 in one transaction, slows every snapshot
// of the server: once per job, never once per row. Not available in parallel workers (25000).
#pragma once

#include <exception>
#include <optional>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

namespace detail {

// What an internal subtransaction replaces, and how to end it.
class SubtransactionScope {
 public:
  SubtransactionScope() {
    call([this] { begin(); });
  }
  void release() {
    call([] { ReleaseCurrentSubTransaction(); });
    restore();
  }
  // Ends it and gives back `error`, copied out of the memory that ends with it.
  ErrorData* roll_back(ErrorData* error);

 private:
  void begin() {
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(context_);
  }
  void restore() const noexcept {
    MemoryContextSwitchTo(context_);
    CurrentResourceOwner = owner_;
  }

  MemoryContext context_ = CurrentMemoryContext;
  ResourceOwner owner_ = CurrentResourceOwner;
};

bool ends_statement(const ErrorData& error) noexcept;

}  // namespace detail

template <class F>
[[nodiscard]] std::optional<Error> subtransaction(F&& f) {
  detail::SubtransactionScope scope;
  ErrorData* error = nullptr;
  std::exception_ptr other;
  try {
    f();
    scope.release();
    return std::nullopt;
  } catch (const Error& e) {
    error = e.data();
  } catch (...) {
    other = std::current_exception();
  }
  error = scope.roll_back(error);  // outside the handlers: it may throw an Error of its own
  if (other) std::rethrow_exception(other);
  if (detail::ends_statement(*error)) throw Error(error);
  return Error(error);
}

}  // namespace hartonomous::pg
