// What a gandan_notebook is: a Runner, and what it has to say to whoever waits.
//
// Threading: any thread, but the destructor from no callback.
#pragma once

#include <deque>
#include <memory>

#include "app/envelope.hpp"
#include "clock.hpp"
#include "gandan.h"
#include "runner/runner.hpp"

struct gandan_notebook {
 public:
  // Options as gandan_open() has them. Nothing, and the answer that says why.
  static std::unique_ptr<gandan_notebook> open(std::string_view options, std::string& error);
  ~gandan_notebook();
  gandan_notebook(const gandan_notebook&) = delete;
  gandan_notebook& operator=(const gandan_notebook&) = delete;

  std::string request(const char* json);
  std::uint64_t submit(const char* json, gandan_reply callback, void* user);
  std::optional<std::string> wait(std::int64_t timeout_ms);  // negative: for ever
  void cancel(std::uint64_t id) { runner_->cancel(id); }
  bool on_its_thread() const { return runner_->on_its_thread(); }

 private:
  struct Note {
    bool event = false;
    std::string json;
  };
  gandan_notebook() = default;
  void put(Note note);
  void take_events();

  std::shared_ptr<gandan::c::SteppingClock> clock_;  // of tests; else the system's
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Note> notes_;        // guarded by mutex_
  std::size_t events_ = 0;        // among them; guarded by mutex_
  std::uint64_t last_event_ = 0;  // taken from the runner; its thread's
  std::unique_ptr<gandan::shell::Runner> runner_;
};
