// What the server bears: durable pushes of many clients at once, and connections that only wait.
#include <deque>
#include <thread>

#include "bench/measurements.hpp"
#include "bench/served.hpp"

namespace gandan::bench {
namespace {

using State = server::Exchange::State;

// Every client always has one request under way; one thread plays all of them, as a network thread would.
class RelayCrowd {
 public:
  RelayCrowd(server::Relay& relay, std::vector<std::unique_ptr<Client>>& clients)
      : relay_(relay), clients_(clients) {}

  void push_all() {
    talks_.resize(clients_.size());
    for (std::size_t i = 0; i < clients_.size(); ++i)
      if (clients_[i]->left() != 0) begin(i);
    while (under_way_ != 0) {
      std::size_t who = 0;
      {
        std::unique_lock lock(mutex_);
        condition_.wait(lock, [&] { return !woken_.empty(); });
        who = woken_.front();
        woken_.pop_front();
      }
      go_on(who);
    }
  }

 private:
  struct Talk {
    std::unique_ptr<server::Exchange> exchange;
    bool finishing = false;
  };

  void wake(std::size_t who) {
    const std::lock_guard lock(mutex_);
    woken_.push_back(who);
    condition_.notify_one();
  }
  void begin(std::size_t who) {
    auto& talk = talks_[who];
    talk.exchange = std::make_unique<server::Exchange>(relay_);
    talk.finishing = false;
    ++under_way_;
    moved(who, talk.exchange->feed(clients_[who]->next_request(), [this, who] { wake(who); }));
  }
  void go_on(std::size_t who) {
    auto& talk = talks_[who];
    const auto again = [this, who] { wake(who); };
    moved(who, talk.finishing ? talk.exchange->finish(again) : talk.exchange->feed({}, again));
  }
  void moved(std::size_t who, State state) {
    auto& talk = talks_[who];
    if (state == State::reading) {
      talk.finishing = true;
      state = talk.exchange->finish([this, who] { wake(who); });
    }
    if (state == State::waiting) return;
    if (state != State::answering) give_up(Error{Code::internal, "not found"});
    Bytes answer;
    for (Bytes piece = talk.exchange->next_piece(); !piece.empty(); piece = talk.exchange->next_piece())
      append(answer, piece);
    clients_[who]->accepted(answer);
    --under_way_;
    if (clients_[who]->left() != 0) begin(who);
  }

  server::Relay& relay_;
  std::vector<std::unique_ptr<Client>>& clients_;
  std::vector<Talk> talks_;
  std::size_t under_way_ = 0;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::deque<std::size_t> woken_;  // guarded by mutex_
};

void push_over_tls(Crowd& crowd, std::vector<std::unique_ptr<sync::Transport>>& lines) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < crowd.clients.size(); ++i)
    threads.emplace_back([&, i] {
      auto& client = *crowd.clients[i];
      while (client.left() != 0) client.accepted(ask_server(*lines[i], client.next_request()));
    });
  for (auto& thread : threads) thread.join();
}

// Segments made durable in a second, beside the signatures that the machine verifies in a second: measured in
// turn, best against best.
struct Pushes {
  Samples wall, cpu;  // segments/s; cpu: per second of processor time that the server took
  Samples verify_wall, verify_cpu;

  void verify(Run& run) {
    const auto rate = verify_rate(run.scale.of(2000, 200));
    verify_wall.add(rate.wall);
    verify_cpu.add(rate.cpu);
  }
  double share() const { return wall.most() / verify_wall.most() * 100; }
  double cpu_share() const { return cpu.most() / verify_cpu.most() * 100; }
};

void add_relay(Run& run, server::Relay& relay, Crowd& crowd, std::size_t pushes) {
  Pushes single, many;
  const auto measure = [&](Pushes& into, std::size_t requests, std::size_t per_push) {
    crowd.prepare(requests, per_push);
    into.verify(run);
    const double seconds = seconds_of([&] { RelayCrowd(relay, crowd.clients).push_all(); });
    into.wall.add(static_cast<double>(crowd.clients.size() * requests * per_push) / seconds);
  };
  for (int i = 0; i < run.scale.repeats; ++i) {
    measure(single, pushes, 1);
    measure(many, 2, pushes);
  }
  const auto add = [&](const char* name, const std::string& label, const Pushes& made, double budget) {
    char note[200];
    std::snprintf(note, sizeof note,
                  "%.0f segments/s against %.0f verifications/s on %u cores; %zu clients at once",
                  made.wall.most(), made.verify_wall.most(), core_count(), crowd.clients.size());
    run.figures.add({name, label, made.share(), "%", Want::at_least, budget, note});
  };
  add("pushes_relay", "one-segment pushes, relay in the process, of the verify rate", single, 50);
  add("pushes_many_relay", std::to_string(pushes) + " segments a push, relay in the process", many, 80);
}

void add_tls(Run& run, const ServerProcess& process, Crowd& crowd, std::size_t pushes) {
  std::vector<std::unique_ptr<sync::Transport>> lines;
  for (std::size_t i = 0; i < crowd.clients.size(); ++i) lines.push_back(process.connect());
  for (std::size_t i = 0; i < crowd.clients.size(); ++i) {  // opens the connections
    crowd.clients[i]->prepare(1, 1);
    crowd.clients[i]->accepted(ask_server(*lines[i], crowd.clients[i]->next_request()));
  }
  Pushes single, many;
  const auto measure = [&](Pushes& into, std::size_t requests, std::size_t per_push) {
    crowd.prepare(requests, per_push);
    into.verify(run);
    const double segments = static_cast<double>(crowd.clients.size() * requests * per_push);
    const double before = process.cpu_seconds();
    into.wall.add(segments / seconds_of([&] { push_over_tls(crowd, lines); }));
    into.cpu.add(segments / std::max(process.cpu_seconds() - before, 0.01));  // 0.01 s: the kernel's tick
  };
  for (int i = 0; i < run.scale.repeats; ++i) {
    measure(single, pushes, 1);
    measure(many, 4, pushes);
  }
  const auto add = [&](const char* name, const std::string& label, const Pushes& made, double budget) {
    char note[240];
    std::snprintf(
        note, sizeof note,
        "by the server's processor time alone; beside %zu clients on the same cores %.0f segments/s, %.0f %%",
        crowd.clients.size(), made.wall.most(), made.share());
    run.figures.add({name, label, made.cpu_share(), "%", Want::at_least, budget, note});
  };
  add("pushes_tls", "one-segment pushes, server over TLS, of the verify rate", single, 50);
  add("pushes_many_tls", std::to_string(pushes) + " segments a push, server over TLS", many, 80);
}

// Connections that have synced and now wait for the next time.
void add_idle(Run& run, const ServerProcess& process, const Client& client) {
  allow_many_files();
  const std::size_t count = run.scale.of(1000, 100);
  std::vector<std::unique_ptr<sync::HttpsTransport>> idle;
  const auto open = [&](std::size_t more) {
    for (std::size_t i = 0; i < more; ++i) {
      idle.push_back(process.connect());
      (void)ask_server(*idle.back(), client.nothing_new());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  };
  open(50);  // what the first ones cost the process once
  const std::size_t files = process.open_files();
  const std::size_t before = process.resident_bytes();
  open(count);
  if (process.open_files() < files + count) give_up(Error{Code::internal, "idle connections were closed"});
  const double each =
      static_cast<double>(process.resident_bytes() - before) / static_cast<double>(count) / 1024;
  run.figures.add({"idle_connection", "the server's memory for an idle TLS connection", each, "KiB",
                   Want::at_most, 32,
                   "growth of its resident memory over " + std::to_string(count) + " that have synced"});
}

}  // namespace

void measure_relay(Run& run) {
  WorkFolder folder(run.folder.path("relay"));
  Served served(folder, run.scale.of(512, 8), run.store);
  const auto relay = must(server::Relay::open(served.options(), system_clock()));
  add_relay(run, *relay, served.crowd, run.scale.of(40, 8));
}

void measure_server(Run& run) {
  WorkFolder folder(run.folder.path("server"));
  Served served(folder, run.scale.of(256, 8), run.store);
  const auto certificate = make_certificate(folder);
  const ServerProcess process(run.server_program, served.data, certificate, served.store);
  add_idle(run, process, *served.crowd.clients.front());
  add_tls(run, process, served.crowd, run.scale.of(40, 8));
}

}  // namespace gandan::bench
