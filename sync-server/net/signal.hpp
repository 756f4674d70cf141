// Signal: how a sequencer's thread wakes a coroutine. It outlives whichever side goes first, so a wake that
// comes after the connection is gone finds nobody and harms nobody.
//
// Threading: `fire` from any thread; the rest on the executor's thread.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>

namespace gandan::server {

class Signal {
 public:
  explicit Signal(const boost::asio::any_io_executor& executor) : state_(std::make_shared<State>(executor)) {}
  ~Signal() {
    const std::lock_guard lock(state_->mutex);
    state_->listening = false;
  }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  // A function that may be called once per wait, from any thread, also when this Signal is gone.
  std::function<void()> trigger() const {
    return [state = state_] {
      const std::lock_guard lock(state->mutex);
      if (!state->listening) return;
      boost::asio::post(state->timer.get_executor(), [state] {
        state->fired = true;
        state->timer.cancel();
      });
    };
  }
  boost::asio::awaitable<void> wait() { co_await wait_until(std::chrono::steady_clock::time_point::max()); }
  // False: it was not fired by then.
  boost::asio::awaitable<bool> wait_until(std::chrono::steady_clock::time_point end) {
    const auto state = state_;
    while (!state->fired && std::chrono::steady_clock::now() < end) {
      state->timer.expires_at(end);
      co_await state->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    co_return std::exchange(state->fired, false);
  }

 private:
  struct State {
    explicit State(const boost::asio::any_io_executor& executor) : timer(executor) {}
    std::mutex mutex;
    bool listening = true;  // guarded by mutex
    bool fired = false;     // the executor's thread's
    boost::asio::steady_timer timer;
  };
  std::shared_ptr<State> state_;
};

}  // namespace gandan::server
