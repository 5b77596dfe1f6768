// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Ending the transaction in the middle of the work, and beginning the next.
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// REQUIRES for all of it: no Spi, OwnerRights, ActingAs, JobProgress or snapshot lives, and nothing
// of the transaction's memory is used after.
class Transactions {
 public:
  virtual ~Transactions() = default;
  // Commits and begins a new transaction.
  virtual void commit() = 0;
  // After an error that was caught: rolls back, and begins a new transaction.
  virtual void roll_back() = 0;
};

// Of a procedure. ERROR 2D000 if it was not called on its own, but inside a transaction block or a
// function.
class ProcedureTransactions final : public Transactions {
 public:
  explicit ProcedureTransactions(FunctionCallInfo function);
  void commit() override;
  void roll_back() override;

 private:
  bool is_atomic_;
  int connections_;
};

// Of a background worker, from the first transaction to the last.
class WorkerTransactions final : public Transactions {
 public:
  WorkerTransactions();
  ~WorkerTransactions() override;
  void commit() override;
  void roll_back() override;
};

inline void commit_in_procedure(FunctionCallInfo function) {
  ProcedureTransactions(function).commit();
}

}  // namespace hartonomous::pg
