// A slow, lossy line between two network namespaces, as a village has it: each end is a TUN device, and every
// packet waits for the line, travels for a while, or is lost. For kernels without netem.
//
//   slow_line END-A END-B FOLDER BITS-PER-SECOND ONE-WAY-MS LOSS-PERCENT
//
// The ends are names of namespaces (`ip netns`); their devices are both called gandan0. FOLDER/ready appears
// when they exist. While FOLDER/down exists nothing passes. FOLDER/passed has the bytes that were handed in
// at A and at B, and the packets that were lost on the way, written anew a few times a second.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kQueueBytes = 32 * 1024;  // that wait for the line, then newer ones are dropped
constexpr std::size_t kPacketBytes = 65536;
constexpr auto kReport = std::chrono::milliseconds(100);

[[noreturn]] void broken(const char* what) {
  std::fprintf(stderr, "slow_line: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

// A TUN device in a namespace; this thread is in that namespace afterwards.
int device_in(const std::string& name) {
  const int space = ::open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC);
  if (space < 0 || ::setns(space, CLONE_NEWNET) != 0) broken("the namespace");
  ::close(space);
  const int fd = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, "gandan0", IFNAMSIZ);
  if (fd < 0 || ::ioctl(fd, TUNSETIFF, &request) != 0) broken("the device");
  return fd;
}

struct Line {
  double bits_per_second = 0;
  std::chrono::microseconds delay{};
  double loss = 0;
};

// One direction: what is read at `from` comes out at `to`.
class Way {
 public:
  Way(const Line& line, int from, int to, unsigned seed) : line_(line), from_(from), to_(to), random_(seed) {}

  void take_in(Clock::time_point now, bool down) {
    std::vector<char> bytes(kPacketBytes);
    for (ssize_t size; (size = ::read(from_, bytes.data(), bytes.size())) > 0;) {
      handed_in += static_cast<std::uint64_t>(size);
      const bool full = waiting_ + static_cast<std::size_t>(size) > kQueueBytes;
      const bool lost = std::uniform_real_distribution<double>(0, 1)(random_) < line_.loss;
      if (!full && !down) begin_travel(now, {bytes.data(), static_cast<std::size_t>(size)}, lost);
      if (full || down || lost) ++dropped;
    }
  }
  void give_out(Clock::time_point now, bool down) {
    for (; !packets_.empty() && packets_.front().arrives <= now; packets_.pop_front()) {
      const auto& packet = packets_.front();
      if (!packet.lost && !down && ::write(to_, packet.bytes.data(), packet.bytes.size()) < 0) ++dropped;
      waiting_ -= packet.bytes.size();
    }
  }
  Clock::time_point next() const {
    return packets_.empty() ? Clock::time_point::max() : packets_.front().arrives;
  }

  std::uint64_t handed_in = 0, dropped = 0;

 private:
  struct Packet {
    Clock::time_point arrives;
    std::string bytes;
    bool lost = false;  // it takes the line's time all the same
  };
  void begin_travel(Clock::time_point now, std::string bytes, bool lost) {
    const std::chrono::duration<double> takes(static_cast<double>(bytes.size()) * 8 / line_.bits_per_second);
    free_ = std::max(free_, now) + std::chrono::duration_cast<Clock::duration>(takes);
    waiting_ += bytes.size();
    packets_.push_back({free_ + line_.delay, std::move(bytes), lost});
  }

  const Line line_;
  const int from_, to_;
  std::mt19937 random_;
  std::deque<Packet> packets_;
  std::size_t waiting_ = 0;
  Clock::time_point free_;  // when the line has sent what waits
};

void report(const std::filesystem::path& folder, const Way& up, const Way& down) {
  std::ofstream(folder / "passed.new")
      << up.handed_in << " " << down.handed_in << " " << up.dropped + down.dropped << "\n";
  std::filesystem::rename(folder / "passed.new", folder / "passed");
}

}  // namespace

int main(int count, char** words) {
  if (count != 7) return 2;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int a = device_in(words[1]), b = device_in(words[2]);
  const std::filesystem::path folder(words[3]);
  const Line line{std::atof(words[4]), std::chrono::milliseconds(std::atoi(words[5])),
                  std::atof(words[6]) / 100};
  Way up(line, a, b, 1), down(line, b, a, 2);
  std::ofstream(folder / "ready").flush();
  for (auto said = Clock::now();;) {
    const auto until = std::min({up.next(), down.next(), said + kReport});
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd ends[2] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    ::poll(ends, 2, static_cast<int>(std::max<std::int64_t>(wait, 0)));
    const auto now = Clock::now();
    const bool cut = std::filesystem::exists(folder / "down");
    for (auto* way : {&up, &down}) {
      way->take_in(now, cut);
      way->give_out(now, cut);
    }
    if (now - said < kReport) continue;
    said = now;
    report(folder, up, down);
  }
}
