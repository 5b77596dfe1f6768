// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
