// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The one place where server versions differ. PostgreSQL 15 to 18.
#pragma once

#include "pg/postgres.hpp"

extern "C" {
#include "access/xlog.h"
#include "access/xloginsert.h"
#include "storage/bufpage.h"
#include "storage/smgr.h"
}

namespace hartonomous::pg {

// Keeps checkpoints from starting (or lets them again). Not nested.
inline void hold_checkpoint_start(bool hold) noexcept {
  if (hold) {
    MyProc->delayChkptFlags |= DELAY_CHKPT_START;
  } else {
    MyProc->delayChkptFlags &= ~DELAY_CHKPT_START;
  }
}

// Logs `count` consecutive pages as full-page images for blocks from `first` on, and returns when
// the log is on disk. Sets the pages' LSN.
inline void log_pages(Relation table, BlockNumber first, int count, char* pages) {
  auto** page = static_cast<char**>(palloc(sizeof(char*) * static_cast<std::size_t>(count)));
  auto* block =
      static_cast<BlockNumber*>(palloc(sizeof(BlockNumber) * static_cast<std::size_t>(count)));
  for (int i = 0; i < count; ++i) {
    page[i] = pages + static_cast<std::size_t>(i) * BLCKSZ;
    block[i] = first + static_cast<BlockNumber>(i);
  }
#if PG_VERSION_NUM >= 160000
  log_newpages(&table->rd_locator, MAIN_FORKNUM, count, block, page, true);
#else
  log_newpages(&table->rd_node, MAIN_FORKNUM, count, block, page, true);
#endif
  XLogFlush(PageGetLSN(page[count - 1]));
  pfree(page);
  pfree(block);
}

}  // namespace hartonomous::pg
