// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Fails in every way that code between C++ and PostgreSQL can fail, under live objects that are
// counted. test/sql/boundary.sql calls each way a thousand times and wants the count back at 0 and
// the error untouched.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <stdexcept>

#include "pg/boundary.hpp"
#include "pg/subtransaction.hpp"

extern "C" {
PG_MODULE_MAGIC;
}

namespace {

using namespace hartonomous;

long live_objects = 0;

// Counted, and with something on the heap, so that a skipped destructor is a leak too.
class Tracked {
 public:
  Tracked() { ++live_objects; }
  Tracked(const Tracked& other) : payload_(other.payload_) { ++live_objects; }
  Tracked& operator=(const Tracked&) = default;
  ~Tracked() { --live_objects; }

 private:
  std::string payload_ = std::string(200, 'x');
};

void report_unique_violation() {
  ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION), errmsg("the primary message"),
                  errdetail("The detail."), errhint("The hint.")));
}

void execute(const char* statement) {
  SPI_connect();
  SPI_execute(statement, false, 0);
  SPI_finish();
}

void server_error() {
  const Tracked object;
  pg::call([] { report_unique_violation(); });
}

// A real one, from deep inside the executor, with SPI connected.
void server_unique_violation() {
  const Tracked object;
  pg::call([] { execute("INSERT INTO pg_temp.only_once VALUES (1)"); });
}

void server_out_of_memory() {
  const Tracked object;
  pg::call([] { MemoryContextAllocHuge(CurrentMemoryContext, std::size_t{1} << 60); });
}

// C++ under PostgreSQL under C++: the inner SQL function is an entry of its own.
void nested() {
  const Tracked outer;
  pg::call([] {
    execute("SELECT pg_temp.fail('server_error')");
    pg_unreachable();
  });
}

void throw_through_call() {
  const Tracked object;
  pg::call([] { throw std::runtime_error("thrown through call"); });
}

// After a throw through call(), PostgreSQL's own stack must be the one from before.
void throw_through_call_then_server_error() {
  try {
    throw_through_call();
  } catch (const std::runtime_error&) {
  }
  server_error();
}

void out_of_memory() {
  const Tracked object;
  throw std::bad_alloc();
}

void unknown_exception() {
  const Tracked object;
  throw 42;  // NOLINT(misc-throw-by-value-catch-by-reference)
}

void owned_object() {
  pg::owned_by<Tracked>(CurrentMemoryContext);
  const Tracked object;
  pg::call([] { report_unique_violation(); });
}

void constructor_of_owned_object() {
  struct Throws {
    Throws() { throw std::runtime_error("thrown by a constructor"); }
    Tracked member;
  };
  pg::owned_by<Throws>(CurrentMemoryContext);
}

void deep_stack(int depth, void (*at_the_bottom)()) {
  const std::vector<Tracked> several(3);
  const std::map<int, Tracked> tree{{1, Tracked()}, {2, Tracked()}};
  const auto shared = std::make_shared<Tracked>();
  if (depth > 0) return deep_stack(depth - 1, at_the_bottom);
  pg::call([at_the_bottom] { at_the_bottom(); });
}

void cancelled() {
  const Tracked object;
  pg::call([] { DirectFunctionCall1(pg_cancel_backend, Int32GetDatum(MyProcPid)); });
  for (;;) pg::poll();
}

// A destructor may meet the error that it is unwound by, and raise, catch and drop another.
void error_while_unwinding() {
  struct Cleanup {
    ~Cleanup() {
      try {
        server_error();
      } catch (const pg::Error&) {
      }
    }
    Tracked member;
  };
  const Cleanup object;
  pg::call([] { report_unique_violation(); });
}

void poll_forever() {
  const Tracked object;
  pg::PollCheckpoint checkpoint;
  for (;;) checkpoint.reached(1);
}

// The bug that all this prevents, to show that the counter sees it.
void control_without_call() {
  const Tracked object;
  report_unique_violation();
}

void status(const std::string& code) {
  const Tracked object;
  pg::raise(core::Status(static_cast<core::Code>(std::stoi(code)), "a status of the core")
                .with_detail("Its detail.")
                .with_hint("Its hint."));
}

void fail(const std::string& way) {
  static const std::map<std::string, void (*)()> ways{
      {"server_error", server_error},
      {"server_unique_violation", server_unique_violation},
      {"server_out_of_memory", server_out_of_memory},
      {"nested", nested},
      {"throw_through_call", throw_through_call},
      {"throw_through_call_then_server_error", throw_through_call_then_server_error},
      {"out_of_memory", out_of_memory},
      {"unknown_exception", unknown_exception},
      {"owned_object", owned_object},
      {"constructor_of_owned_object", constructor_of_owned_object},
      {"deep_stack", [] { deep_stack(50, report_unique_violation); }},
      {"cancelled", cancelled},
      {"error_while_unwinding", error_while_unwinding},
      {"poll_forever", poll_forever},
      {"control_without_call", control_without_call},
  };
  if (way.starts_with("status ")) return status(way.substr(7));
  ways.at(way)();
}

std::string text_argument(FunctionCallInfo fcinfo, int n) {
  const text* argument = PG_GETARG_TEXT_PP(n);
  return {VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument)};
}

}  // namespace

// fail(way text) -> void, which it never returns.
HARTONOMOUS_FUNCTION(hartonomous_test_fail) {
  fail(text_argument(fcinfo, 0));
  PG_RETURN_VOID();
}

// attempt(statement text, way text) -> text: in a subtransaction runs the statement and then fails
// in that way ('' = not at all); gives back what it caught.
HARTONOMOUS_FUNCTION(hartonomous_test_attempt) {
  const std::string statement = text_argument(fcinfo, 0);
  const std::string way = text_argument(fcinfo, 1);
  const MemoryContext context = CurrentMemoryContext;
  const ResourceOwner owner = CurrentResourceOwner;
  const Tracked object;
  const std::optional<pg::Error> error = pg::subtransaction([&] {
    pg::call([&statement] { execute(statement.c_str()); });
    // What fails may stand in memory that the rollback takes away.
    pg::call([] {
      MemoryContextSwitchTo(
          AllocSetContextCreate(CurTransactionContext, "scratch", ALLOCSET_SMALL_SIZES));
    });
    if (!way.empty()) fail(way);
  });
  const bool restored = CurrentMemoryContext == context && CurrentResourceOwner == owner;
  const std::string answer = std::string(restored ? "" : "CONTEXT LOST: ") +
                             (error ? std::string(unpack_sql_state(error->data()->sqlerrcode)) +
                                          " " + error->data()->message + " / " +
                                          (error->data()->detail ? error->data()->detail : "-") +
                                          " / " + (error->data()->hint ? error->data()->hint : "-")
                                    : "committed");
  PG_RETURN_DATUM(pg::call([&] { return CStringGetTextDatum(answer.c_str()); }));
}

// keep_object() -> void: an object that lives as long as the calling query.
HARTONOMOUS_FUNCTION(hartonomous_test_keep_object) {
  pg::owned_by<Tracked>(PortalContext);
  PG_RETURN_VOID();
}

// live_objects(reset boolean) -> bigint: objects now alive; with true the count starts anew.
HARTONOMOUS_FUNCTION(hartonomous_test_live_objects) {
  const long count = live_objects;
  if (PG_GETARG_BOOL(0)) live_objects = 0;
  PG_RETURN_INT64(count);
}

// resident_bytes() -> bigint: this backend's resident memory that is its own (not shared).
HARTONOMOUS_FUNCTION(hartonomous_test_resident_bytes) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "r"),
                                                             std::fclose);
  long size = 0, resident = 0, shared = 0;
  if (!file || std::fscanf(file.get(), "%ld %ld %ld", &size, &resident, &shared) != 3) {
    pg::raise(core::Status(core::Code::kIoError, "could not read /proc/self/statm"));
  }
  PG_RETURN_INT64((resident - shared) * sysconf(_SC_PAGESIZE));
}
