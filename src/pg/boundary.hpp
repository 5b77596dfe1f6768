// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where C++ and PostgreSQL meet. PostgreSQL reports errors with longjmp, which must not cross a
// live C++ destructor; C++ reports with exceptions, which must not enter a C frame.
//
//   entry(f)   PG -> C++: wraps the body of every SQL function, hook and callback. Exceptions are
//              turned into ereport only after every C++ object of the body is gone.
//   call(f)    C++ -> PG: runs f under a guard; an ERROR inside becomes a C++ pg::Error carrying
//   the
//              whole ErrorData (SQLSTATE, detail, hint, context). f must own nothing that has a
//              destructor. About 15 ns: once per batch, never once per row.
//   owned_by   a C++ object that lives as long as a memory context.
//   poll()     answers interrupts by throwing; about 1 ns when there is none.
//
// A pg::Error may only travel up to entry(). To continue after one, use pg::subtransaction().
// See docs/internals/boundary.md; proved by test/sql/boundary.sql.
#pragma once

#include <cstring>
#include <new>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "pg/postgres.hpp"

namespace hartonomous::pg {

// An ERROR that PostgreSQL raised inside call(). The ErrorData lives in the context that was
// current when call() began.
class Error final : public std::exception {
 public:
  explicit Error(ErrorData* data) noexcept : data_(data) {}
  ErrorData* data() const noexcept { return data_; }
  const char* what() const noexcept override { return data_->message; }

 private:
  ErrorData* data_;
};

// A core::Status on its way to the user.
class Failure final : public std::exception {
 public:
  explicit Failure(core::Status status) : status_(std::move(status)) {}
  const core::Status& status() const noexcept { return status_; }
  const char* what() const noexcept override { return status_.message().c_str(); }

 private:
  core::Status status_;
};

[[noreturn]] void raise(core::Status status);  // throws Failure
void check(core::Status status);               // throws Failure if not ok
template <class T>
T check(core::Result<T> result) {
  if (!result.is_ok()) raise(std::move(result).status());
  return std::move(result).value();
}

namespace detail {

// PostgreSQL's two global stacks, put back on every way out.
struct StackRestore {
  sigjmp_buf* jump = PG_exception_stack;
  ErrorContextCallback* context = error_context_stack;
  void now() const noexcept {
    PG_exception_stack = jump;
    error_context_stack = context;
  }
  ~StackRestore() { now(); }
};

// An error flattened to plain memory, so that it can be reported when no C++ object is left.
struct Report {
  int sqlstate = ERRCODE_INTERNAL_ERROR;
  char message[512] = "unknown C++ exception";
  char detail[512] = "";
  char hint[512] = "";
};
void fill(Report& report, const core::Status& status) noexcept;
[[noreturn]] void report_error(const Report& report);
// The error that last left entry(), for code that an abort finds and that must name its reason.
const Report& last_report() noexcept;
void remember(const ErrorData& error) noexcept;

}  // namespace detail

template <class F>
auto call(F&& f) -> std::invoke_result_t<F> {
  using R = std::invoke_result_t<F>;
  static_assert(std::is_void_v<R> || std::is_trivially_destructible_v<R>);
  const MemoryContext caller = CurrentMemoryContext;
  const detail::StackRestore restore;
  sigjmp_buf here;
  if (sigsetjmp(here, 0) == 0) {  // 0: saving the signal mask would be a system call
    PG_exception_stack = &here;
    return f();
  }
  restore.now();
  MemoryContextSwitchTo(caller);
  ErrorData* data = CopyErrorData();
  FlushErrorState();
  throw Error(data);
}

template <class F>
Datum entry(F&& f) {
  ErrorData* error = nullptr;
  detail::Report report;
  try {
    return f();
  } catch (const Error& e) {
    error = e.data();
  } catch (const Failure& e) {
    detail::fill(report, e.status());
  } catch (const std::bad_alloc&) {
    report.sqlstate = ERRCODE_OUT_OF_MEMORY;
    std::strncpy(report.message, "out of memory", sizeof report.message - 1);
  } catch (const std::exception& e) {
    std::strncpy(report.message, e.what(), sizeof report.message - 1);
  } catch (...) {
  }
  if (error != nullptr) {  // outside the handler: nothing is left to destroy
    detail::remember(*error);
    ReThrowError(error);
  }
  detail::report_error(report);
}

// Builds a T whose destructor runs when `context` is reset or deleted. T's destructor must not
// throw and must not call PostgreSQL.
template <class T, class... A>
T* owned_by(MemoryContext context, A&&... arguments) {
  static_assert(std::is_nothrow_destructible_v<T>);
  struct Holder {
    MemoryContextCallback callback;
    alignas(T) std::byte storage[sizeof(T)];
  };
  auto* holder = call([&] {
    return static_cast<Holder*>(MemoryContextAllocZero(context, sizeof(Holder) + alignof(T)));
  });
  void* place = holder->storage;
  T* object = new (place) T(std::forward<A>(arguments)...);
  holder->callback.func = [](void* o) { static_cast<T*>(o)->~T(); };
  holder->callback.arg = object;
  MemoryContextRegisterResetCallback(context, &holder->callback);
  return object;
}

inline void poll() {
  if (unlikely(InterruptPending)) call([] { ProcessInterrupts(); });
}

// A Checkpoint that only answers interrupts.
class PollCheckpoint final : public core::Checkpoint {
 public:
  void reached(std::uint64_t) override { poll(); }
};

}  // namespace hartonomous::pg

// HARTONOMOUS_FUNCTION(name) { body using fcinfo, returning Datum }: one SQL-callable function, its
// body already inside entry().
#define HARTONOMOUS_FUNCTION(name)                                             \
  static Datum name##_body(FunctionCallInfo fcinfo);                           \
  extern "C" {                                                                 \
  PG_FUNCTION_INFO_V1(name);                                                   \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS) {                                   \
    return ::hartonomous::pg::entry([fcinfo] { return name##_body(fcinfo); }); \
  }                                                                            \
  }                                                                            \
  static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo)
