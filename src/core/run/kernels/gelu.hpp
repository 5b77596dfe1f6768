// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// GELU by its tanh form, 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), as the reference runtime
// (llama.cpp on a CPU) has it: of x rounded to binary16, and rounded to binary16 itself. That is
// coarse (2^-11), and what models served by it have always met, so greedy choices agree.
// Source: Hendrycks and Gimpel 2016.
#pragma once

namespace hartonomous::core::run {

// 0 for x <= -10, x for x >= 10, NaN for NaN. The first call of a process makes a table of 128 KiB,
// in about 1 ms. Thread-safe.
float gelu_in_halves(float x) noexcept;

}  // namespace hartonomous::core::run
