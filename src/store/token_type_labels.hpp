// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The labels of the enum hartonomous.cpe_token_type by their Oids.
#pragma once

#include <array>

#include "core/cpe/vocabulary_content.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

class TokenTypeLabels {
 public:
  TokenTypeLabels() {
    static pg::Statement select(
        "SELECT oid::int8 FROM pg_enum "
        "WHERE enumtypid = 'hartonomous.cpe_token_type'::regtype ORDER BY enumsortorder");
    pg::Spi spi;
    const pg::Rows rows = spi.query(select);
    for (std::size_t i = 0; i < oids_.size() && i < rows.count(); ++i) {
      oids_[i] = static_cast<Oid>(rows.int8(i, 0));
    }
  }

  Oid oid(core::cpe::TokenType type) const noexcept {
    return oids_[static_cast<std::size_t>(type) - 1];
  }
  core::cpe::TokenType type(Oid oid) const noexcept {
    std::size_t i = 0;
    while (i + 1 < oids_.size() && oids_[i] != oid) ++i;
    return static_cast<core::cpe::TokenType>(i + 1);
  }

 private:
  std::array<Oid, 6> oids_{};
};

}  // namespace hartonomous::store
