// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "core/base/cursor.hpp"

namespace hartonomous::core {

// Whether an IP address, of 4 or 16 bytes in network order, is one of the public internet.
// Everything that is set aside is not: this host, private and shared networks, link-local
// addresses, multicast, documentation, and IPv6 addresses that stand for such an IPv4 one (mapped,
// translated, 6to4, Teredo). Source: IANA's special-purpose address registries.
bool is_public_address(Bytes address) noexcept;

// 127.0.0.0/8.
bool is_loopback_address(Bytes address) noexcept;

}  // namespace hartonomous::core
