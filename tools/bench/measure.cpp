#include "bench/measure.hpp"

#include <time.h>
#include <unistd.h>

#include <thread>

namespace gandan::bench {
namespace {

double clock_seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

unsigned core_count() { return std::max(1u, std::thread::hardware_concurrency()); }
double thread_cpu_seconds() { return clock_seconds(CLOCK_THREAD_CPUTIME_ID); }
double process_cpu_seconds() { return clock_seconds(CLOCK_PROCESS_CPUTIME_ID); }

WorkFolder::WorkFolder(const std::string& parent) {
  path_ = std::filesystem::absolute(std::filesystem::path(parent)) /
          ("gandan-bench-" + std::to_string(::getpid()));
  std::filesystem::create_directories(path_);
}
WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}
std::string WorkFolder::copy(const std::string& name) {
  const std::string to = path("copy-" + std::to_string(copies_++));
  std::filesystem::copy(path(name), to, std::filesystem::copy_options::recursive);
  ::sync();  // what the copy left to be written is not the measured work's
  return to;
}
void WorkFolder::remove(const std::string& folder) {
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

}  // namespace gandan::bench
