// Runner: one notebook on a thread of its own, which takes requests in order, so that long work never blocks
// whoever asks.
//
//   any thread ── request() ──> queue ──> the runner's thread: Notebook::request ──> done(answer)
//                                                    └── progress ──> events, numbered ──> events(after)
//
// It keeps the time that the notebook does not: an open vault locks itself when its time without a person's
// request is over (vault.auto_lock), also when nobody asks.
//
// Threading: everything may be called from any thread, but stop() and the destructor from none of the
// callbacks. Callbacks run on the runner's thread (the answer of a waiting request that is cancelled, on the
// thread that cancels it); they must neither block nor throw.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "gandan/notebook.hpp"

namespace gandan::shell {

struct State {
  bool vault = false;  // there is one in the folder
  bool open = false;   // and it is unlocked
};

// Progress of long work: {"number", "request", "method", …counters…}, and {"number", "request": 0, "method":
// "vault.lock", "locked": true} when the vault has locked itself.
struct Event {
  std::uint64_t number = 0;  // from 1, without gaps
  std::string json;
};

class Runner {
 public:
  using Done = std::function<void(std::uint64_t id, std::string answer)>;
  using Progress = std::function<void(std::uint64_t id, const std::string& event)>;
  static constexpr std::size_t kMaxWaiting = 256;  // requests
  static constexpr std::size_t kMaxEvents = 256;   // kept; older ones are forgotten

  // As Notebook::open, whose `progress` is the runner's own here.
  static std::unique_ptr<Runner> start(OpenOptions options, Seams seams, std::string& error);
  ~Runner() { stop(); }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Cancels what runs, answers "cancelled" to what waits, and waits for the thread; nothing is taken any
  // more.
  void stop();

  // The request's id, from 1; 0: kMaxWaiting wait already, and nothing will be called. With `progress` the
  // request's events go there and are not kept.
  std::uint64_t request(std::string json, Done done, Progress progress = {});
  // Opens the vault that a locked notebook has, or makes it where there is none and "create" says so: JSON as
  // in open_params.hpp. The answer is that of vault.unlock.
  std::uint64_t open(std::string json, Done done);
  // Ends that request, whether it runs or waits; 0: the one that runs. One that is answered is not touched.
  void cancel(std::uint64_t id);

  State state() const;
  // Those after that number that are still kept.
  std::vector<Event> events(std::uint64_t after) const;
  std::uint64_t last_event() const;
  bool on_its_thread() const { return std::this_thread::get_id() == thread_.get_id(); }
  // Called after each new event; one listener. An empty function takes it away.
  void listen(std::function<void()> listener);

 private:
  struct Item {
    std::uint64_t id = 0;
    std::function<std::string()> work;
    Done done;
    Progress progress;
  };
  Runner() = default;
  std::uint64_t put(std::function<std::string()> work, Done done, Progress progress);
  void run();
  void end(Item& item);
  void look_at_lock();
  std::string open_now(std::string_view json);
  std::string make_vault(const Key& key);
  void on_progress(const std::string& json);
  void add_event(std::uint64_t request, std::string_view members, const Progress* to = nullptr);

  // The thread's own once it runs.
  OpenOptions options_;
  Seams seams_;
  std::unique_ptr<Notebook> notebook_;  // replaced under mutex_
  std::optional<std::chrono::steady_clock::time_point> lock_due_;
  Item* item_ = nullptr;  // that runs

  std::atomic<bool> open_{false};
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> waiting_;  // guarded by mutex_, as what follows
  std::uint64_t last_id_ = 0;
  std::uint64_t running_ = 0;  // 0: nothing
  bool cancelled_ = false;     // the one that runs
  bool ending_ = false;
  std::deque<Event> events_;
  std::uint64_t last_event_ = 0;
  std::mutex listener_mutex_;
  std::function<void()> listener_;  // guarded by listener_mutex_
  std::thread thread_;
};

}  // namespace gandan::shell
