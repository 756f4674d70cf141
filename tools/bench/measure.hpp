// Measuring: clocks, medians, folders that go away. The machine is rarely idle, so everything is repeated:
// the least time says what the work costs, the median what a user sees.
//
// Threading: plain functions and values.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace gandan::bench {

// A benchmark has no use for an error but to say it.
[[noreturn]] inline void give_up(const Error& error) {
  std::fprintf(stderr, "gandan-bench: %s: %s\n", std::string(info(error.code).text).c_str(),
               error.detail.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(result).value();
}
inline void must(const Status& status) {
  if (!status) give_up(status.error());
}

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

template <class F>
double seconds_of(F work) {
  const Stopwatch watch;
  work();
  return watch.seconds();
}

unsigned core_count();
double thread_cpu_seconds();   // of the calling thread
double process_cpu_seconds();  // of all threads of this process

class Samples {
 public:
  void add(double value) { values_.push_back(value); }
  std::size_t count() const { return values_.size(); }
  double least() const { return *std::min_element(values_.begin(), values_.end()); }
  double most() const { return *std::max_element(values_.begin(), values_.end()); }
  double median() const { return at(0.5); }
  double at(double share) const {
    auto sorted = values_;
    std::sort(sorted.begin(), sorted.end());
    return sorted[std::min(sorted.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
  }

 private:
  std::vector<double> values_;
};

// Under the working folder, so that it lies on a disk and not in memory; removed at the end.
class WorkFolder {
 public:
  explicit WorkFolder(const std::string& parent);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  std::string path(const std::string& name) const { return (path_ / name).string(); }
  // A copy of `name` under a fresh name: repetitions begin alike.
  std::string copy(const std::string& name);
  void remove(const std::string& folder);

 private:
  std::filesystem::path path_;
  int copies_ = 0;
};

struct Scale {
  bool quick = false;
  int repeats = 5;
  std::size_t of(std::size_t full, std::size_t small) const { return quick ? small : full; }
};

}  // namespace gandan::bench
