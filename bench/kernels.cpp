// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// kernels [MEBIBYTES [TYPE...]]: matrix products of each type. With one position, GB/s of weights
// against the rate at which the same threads, in the same round, only read as many bytes (decoding
// is bound by that); with many positions, GFLOP per CPU-second against what fused
// multiply-adds alone reach (a prompt is bound by that). Medians of 7 rounds. A matrix of 256 MiB
// (MEBIBYTES) is in no cache.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "core/run/kernels/multiply.hpp"

using namespace hartonomous::core;

namespace {

volatile float sink;

// Threads that are there already: as those of a server, they wait for the next product.
class Pool final : public Workers {
 public:
  explicit Pool(std::size_t count) {
    for (std::size_t t = 1; t < count; ++t) threads_.emplace_back([this, t] { work(t); });
  }
  ~Pool() override {
    task_ = nullptr;
    start();
    for (std::thread& thread : threads_) thread.join();
  }
  std::size_t count() const noexcept override { return threads_.size() + 1; }
  void run(std::size_t parts, const std::function<void(std::size_t)>& task) override {
    task_ = &task;
    parts_ = parts;
    next_ = 0;
    busy_ = threads_.size();
    start();
    take();
    while (busy_.load() != 0) std::this_thread::yield();
  }

 private:
  void start() {
    ++round_;
    round_.notify_all();
  }
  void take() {
    for (std::size_t part = next_++; part < parts_; part = next_++) (*task_)(part);
  }
  void work(std::size_t) {
    for (unsigned seen = 0;; ++seen) {
      round_.wait(seen);
      if (task_ == nullptr) return;
      take();
      --busy_;
    }
  }

  std::vector<std::thread> threads_;
  std::atomic<unsigned> round_ = 0;
  std::atomic<std::size_t> next_ = 0, busy_ = 0;
  std::size_t parts_ = 0;
  const std::function<void(std::size_t)>* task_ = nullptr;
};

double seconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

template <class Work>
double timed(clockid_t clock, const Work& work) {
  const double start = seconds(clock);
  work();
  return seconds(clock) - start;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::vector<std::byte> weights(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::byte>(0x20 + i * 2654435761U % 29);  // small, finite scales
  }
  return bytes;
}

// Sums all words: nothing but reading, in as many stripes at once as products read.
void read_all(const std::vector<std::byte>& bytes, Workers& workers) {
  constexpr std::size_t kStripes = 8;
  typedef std::uint64_t Words __attribute__((vector_size(16)));
  const std::size_t parts = 4 * workers.count(), size = bytes.size() / parts / 128 * 128;
  workers.run(parts, [&](std::size_t part) {
    const auto* from = reinterpret_cast<const Words*>(bytes.data() + part * size);
    const std::size_t stripe = size / sizeof(Words) / kStripes;
    Words sums[kStripes] = {};
    for (std::size_t i = 0; i < stripe; ++i) {
      for (std::size_t s = 0; s < kStripes; ++s) sums[s] += from[s * stripe + i];
    }
    for (const Words& sum : sums) sink = static_cast<float>(sum[0] + sum[1]);
  });
}

#if defined(__x86_64__)
// 12 chains of fused multiply-adds in registers; floating-point operations per CPU-second.
[[gnu::target("avx2,fma")]] double fused_rate() {
  typedef float Eight __attribute__((vector_size(32)));
  constexpr std::size_t kSteps = 20'000'000;
  Eight a{}, b{}, c{}, d{}, e{}, f{}, g{}, h{}, i{}, j{}, k{}, l{};
  const Eight x = a + 0.5F, y = a + 0.25F;
  const double spent = timed(CLOCK_THREAD_CPUTIME_ID, [&] {
    for (std::size_t step = 0; step < kSteps; ++step) {
      asm volatile(
          "vfmadd231ps %12, %13, %0\n vfmadd231ps %12, %13, %1\n vfmadd231ps %12, %13, %2\n"
          "vfmadd231ps %12, %13, %3\n vfmadd231ps %12, %13, %4\n vfmadd231ps %12, %13, %5\n"
          "vfmadd231ps %12, %13, %6\n vfmadd231ps %12, %13, %7\n vfmadd231ps %12, %13, %8\n"
          "vfmadd231ps %12, %13, %9\n vfmadd231ps %12, %13, %10\n vfmadd231ps %12, %13, %11\n"
          : "+x"(a), "+x"(b), "+x"(c), "+x"(d), "+x"(e), "+x"(f), "+x"(g), "+x"(h), "+x"(i),
            "+x"(j), "+x"(k), "+x"(l)
          : "x"(x), "x"(y));
    }
  });
  return kSteps * 12 * 16 / spent;
}
#else
double fused_rate() { return 0; }
#endif

constexpr int kRounds = 7;
constexpr std::size_t kColumns = 4096;

void one_position(const run::Matrix& matrix, const std::vector<std::byte>& bytes,
                  std::size_t threads) {
  Pool pool(threads);
  const std::vector<float> values(kColumns, 0.01F);
  std::vector<float> out(matrix.rows);
  std::vector<double> rates, shares;
  for (int round = 0; round < kRounds; ++round) {
    const double reading = timed(CLOCK_PROCESS_CPUTIME_ID, [&] { read_all(bytes, pool); });
    const double spent = timed(CLOCK_PROCESS_CPUTIME_ID, [&] {
      (void)run::multiply(matrix, run::Activations(values, 1, kColumns), out, pool);
    });
    const auto size = static_cast<double>(matrix.data.size());
    rates.push_back(size / spent / 1e9 * static_cast<double>(threads));
    shares.push_back(reading / spent * size / static_cast<double>(bytes.size()));
  }
  std::printf("  %zu thread%s %6.1f GB/s %5.0f %%", threads, threads == 1 ? "" : "s", median(rates),
              median(shares) * 100);
}

void many_positions(const run::Matrix& matrix, std::size_t positions) {
  Alone alone;
  const run::Matrix some{matrix.dtype, 1024, matrix.columns,
                         matrix.data.first(matrix.data.size() / matrix.rows * 1024)};
  const std::vector<float> values(positions * kColumns, 0.01F);
  std::vector<float> out(positions * some.rows);
  const double work = 2.0 * static_cast<double>(some.rows * kColumns * positions);
  std::vector<double> rates, shares;
  for (int round = 0; round < kRounds; ++round) {
    const double peak = fused_rate();
    const double spent = timed(CLOCK_THREAD_CPUTIME_ID, [&] {
      (void)run::multiply(some, run::Activations(values, positions, kColumns), out, alone);
    });
    rates.push_back(work / spent / 1e9);
    shares.push_back(work / spent / std::max(peak, 1.0));
  }
  std::printf(" | %zu positions %6.1f GFLOP/CPU-s %5.0f %%", positions, median(rates),
              median(shares) * 100);
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t size = (count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 256) << 20;
  const std::vector<std::byte> bytes = weights(size);
  std::vector<std::string> names(arguments + std::min(count, 2), arguments + count);
  if (names.empty())
    names = {"F32",  "F16",  "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0",
             "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL"};
  for (const std::string& name : names) {
    const auto dtype = tensor::dtype_by_name(name);
    if (!dtype) continue;
    const tensor::DTypeInfo& type = tensor::info(*dtype);
    const std::size_t row = kColumns / type.block_elements * type.block_bytes;
    const std::size_t rows = size / row;
    const run::Matrix matrix{*dtype, rows, kColumns, Bytes(bytes).first(rows * row)};
    std::printf("%-6s", name.c_str());
    one_position(matrix, bytes, 1);
    one_position(matrix, bytes, 2);
    for (const std::size_t positions : {4, 16, 128}) many_positions(matrix, positions);
    std::printf("\n");
    std::fflush(stdout);
  }
}
