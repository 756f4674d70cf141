#include "records/regex.hpp"

#include <string>

namespace gandan::records {
namespace {

constexpr std::size_t kMaxPattern = 500;
constexpr std::size_t kMaxNodes = 5000;
constexpr std::size_t kMaxRanges = 20'000;  // of all nodes: repeated sets are copied
constexpr int kMaxDepth = 30;

// The next code point; bytes that are not UTF-8 count one each, above all code points.
std::uint32_t next_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;
  if (size == 0 || size > text.size()) {
    text.remove_prefix(1);
    return 0x110000u + lead;
  }
  std::uint32_t point = size == 1 ? lead : lead & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3f);
  text.remove_prefix(size);
  return point;
}

}  // namespace

// Recursive descent. A fragment runs from `start` to `end`, whose `next` is open.
class RegexParser {
 public:
  explicit RegexParser(std::string_view pattern) : left_(pattern) {}

  Result<Regex> parse() {
    if (left_.size() > kMaxPattern) return error("pattern too long");
    if (!left_.empty() && left_.front() == '^') left_.remove_prefix(1);
    if (!left_.empty() && left_.back() == '$' && (left_.size() < 2 || left_[left_.size() - 2] != '\\')) {
      left_.remove_suffix(1);
    }
    Fragment all = alternatives(0);
    if (message_.empty() && !left_.empty()) message_ = "unexpected )";
    if (!message_.empty()) return error(message_);
    Regex out;
    out.start_ = all.start;
    const int done = add(Regex::Node::What::done);
    nodes_[at(all.end)].next = done;
    out.nodes_ = std::move(nodes_);
    return out;
  }

 private:
  struct Fragment {
    int start;
    int end;
  };
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  static Error error(const std::string& what) { return Error{Code::bad_expression, "regex: " + what}; }

  int add(Regex::Node::What what) {
    if (nodes_.size() >= kMaxNodes) {
      message_ = "pattern too large";
      return 0;
    }
    nodes_.push_back({what, {}, false, -1, -1});
    return static_cast<int>(nodes_.size()) - 1;
  }
  Fragment empty() {
    const int n = add(Regex::Node::What::split);
    return {n, n};
  }
  Fragment alternatives(int depth) {
    if (depth > kMaxDepth) message_ = "groups too deep";
    Fragment out = sequence(depth);
    while (message_.empty() && !left_.empty() && left_.front() == '|') {
      left_.remove_prefix(1);
      const Fragment right = sequence(depth);
      const int split = add(Regex::Node::What::split);
      const int join = add(Regex::Node::What::split);
      nodes_[at(split)].next = out.start;
      nodes_[at(split)].other = right.start;
      nodes_[at(out.end)].next = join;
      nodes_[at(right.end)].next = join;
      out = {split, join};
    }
    return out;
  }
  Fragment sequence(int depth) {
    Fragment out = empty();
    while (message_.empty() && !left_.empty() && left_.front() != '|' && left_.front() != ')') {
      const Fragment piece = repeated(depth);
      nodes_[at(out.end)].next = piece.start;
      out.end = piece.end;
    }
    return out;
  }
  Fragment repeated(int depth) {
    const std::string_view source = left_;
    Fragment one = atom(depth);
    if (!message_.empty() || left_.empty()) return one;
    int least = 1;
    int most = 1;  // -1: without bound
    switch (left_.front()) {
      case '*':
        least = 0, most = -1, left_.remove_prefix(1);
        break;
      case '+':
        most = -1, left_.remove_prefix(1);
        break;
      case '?':
        least = 0, left_.remove_prefix(1);
        break;
      case '{':
        if (!counts(least, most)) message_ = "bad {m,n}";
        break;
      default:
        return one;
    }
    // Copies are parsed again from the source: fragments cannot be shared.
    const std::string_view rest = left_;
    Fragment out = empty();
    const auto copy = [&] {
      left_ = source;
      const Fragment f = atom(depth);
      left_ = rest;
      return f;
    };
    for (int i = 0; i < least && message_.empty(); ++i) {
      const Fragment f = copy();
      nodes_[at(out.end)].next = f.start;
      out.end = f.end;
    }
    if (most < 0) {
      const Fragment f = copy();
      const int split = add(Regex::Node::What::split);
      const int join = add(Regex::Node::What::split);
      if (!message_.empty()) return out;
      nodes_[at(out.end)].next = split;
      nodes_[at(split)].next = f.start;
      nodes_[at(split)].other = join;
      nodes_[at(f.end)].next = split;
      out.end = join;
    }
    for (int i = least; i < most && message_.empty(); ++i) {
      const Fragment f = copy();
      const int split = add(Regex::Node::What::split);
      const int join = add(Regex::Node::What::split);
      if (!message_.empty()) return out;
      nodes_[at(out.end)].next = split;
      nodes_[at(split)].next = f.start;
      nodes_[at(split)].other = join;
      nodes_[at(f.end)].next = join;
      out.end = join;
    }
    return out;
  }
  bool number(int& out) {
    std::size_t digits = 0;
    out = 0;
    while (!left_.empty() && left_.front() >= '0' && left_.front() <= '9' && digits < 3) {
      out = out * 10 + (left_.front() - '0');
      left_.remove_prefix(1);
      ++digits;
    }
    return digits > 0 && out <= 50;
  }
  bool counts(int& least, int& most) {
    left_.remove_prefix(1);
    if (!number(least)) return false;
    most = least;
    if (!left_.empty() && left_.front() == ',') {
      left_.remove_prefix(1);
      most = -1;
      if (!left_.empty() && left_.front() != '}' && (!number(most) || most < least)) return false;
    }
    if (left_.empty() || left_.front() != '}') return false;
    left_.remove_prefix(1);
    return true;
  }
  void escape(std::vector<Regex::Range>& ranges) {
    if (left_.empty()) {
      message_ = "pattern ends in \\";
      return;
    }
    const std::uint32_t c = next_point(left_);
    switch (c) {
      case 'd':
        ranges.push_back({'0', '9'});
        break;
      case 'w':
        for (const Regex::Range r :
             {Regex::Range{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {'_', '_'}, {0xc0, 0x24f}, {0x1ea0, 0x1eff}}) {
          ranges.push_back(r);
        }
        break;
      case 's':
        for (const Regex::Range r : {Regex::Range{9, 13}, {' ', ' '}, {0xa0, 0xa0}}) ranges.push_back(r);
        break;
      default:
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
          message_ = "unknown escape";
        ranges.push_back({c, c});
    }
  }
  Fragment atom(int depth) {
    if (left_.empty()) {
      message_ = "nothing to repeat";
      return empty();
    }
    const char c = left_.front();
    if (c == '(') {
      left_.remove_prefix(1);
      if (left_.substr(0, 2) == "?:") left_.remove_prefix(2);
      const Fragment inner = alternatives(depth + 1);
      if (left_.empty() || left_.front() != ')') {
        message_ = "missing )";
        return inner;
      }
      left_.remove_prefix(1);
      return inner;
    }
    if (c == '*' || c == '+' || c == '?' || c == '{') message_ = "nothing to repeat";
    const int n = add(Regex::Node::What::set);
    std::vector<Regex::Range> ranges;
    bool negated = false;
    if (c == '[') {
      left_.remove_prefix(1);
      negated = !left_.empty() && left_.front() == '^';
      if (negated) left_.remove_prefix(1);
      while (message_.empty() && !left_.empty() && left_.front() != ']') {
        if (left_.front() == '\\') {
          left_.remove_prefix(1);
          escape(ranges);
          continue;
        }
        const std::uint32_t low = next_point(left_);
        std::uint32_t high = low;
        if (left_.size() >= 2 && left_[0] == '-' && left_[1] != ']') {
          left_.remove_prefix(1);
          high = next_point(left_);
        }
        if (high < low) message_ = "bad range";
        ranges.push_back({low, high});
      }
      if (left_.empty()) message_ = "missing ]";
      if (!left_.empty()) left_.remove_prefix(1);
    } else if (c == '\\') {
      left_.remove_prefix(1);
      escape(ranges);
    } else if (c == '.') {
      left_.remove_prefix(1);
      negated = true;
    } else {
      const std::uint32_t point = next_point(left_);
      ranges.push_back({point, point});
    }
    ranges_ += ranges.size();
    if (ranges_ > kMaxRanges) message_ = "pattern too large";
    nodes_[at(n)].ranges = std::move(ranges);
    nodes_[at(n)].negated = negated;
    return {n, n};
  }

  std::string_view left_;
  std::string message_;
  std::vector<Regex::Node> nodes_;
  std::size_t ranges_ = 0;
};

Result<Regex> Regex::parse(std::string_view pattern) { return RegexParser(pattern).parse(); }

bool Regex::matches(std::string_view text) const {
  std::vector<int> now;
  std::vector<int> then;
  std::vector<std::uint32_t> seen(nodes_.size(), 0);
  std::uint32_t step = 0;
  std::vector<int> open;
  const auto enter = [&](std::vector<int>& states, int state) {  // follows the splits, each once a step
    open.push_back(state);
    while (!open.empty()) {
      const int s = open.back();
      open.pop_back();
      if (s < 0 || seen[static_cast<std::size_t>(s)] == step) continue;
      seen[static_cast<std::size_t>(s)] = step;
      const Node& node = nodes_[static_cast<std::size_t>(s)];
      if (node.what == Node::What::split) {
        open.push_back(node.next);
        open.push_back(node.other);
      } else {
        states.push_back(s);
      }
    }
  };
  ++step;
  enter(now, start_);
  while (!text.empty()) {
    const std::uint32_t point = next_point(text);
    then.clear();
    ++step;
    for (const int s : now) {
      const Node& node = nodes_[static_cast<std::size_t>(s)];
      if (node.what != Node::What::set) continue;
      bool in = false;
      for (const Range& r : node.ranges) in = in || (point >= r.low && point <= r.high);
      if (in != node.negated) enter(then, node.next);
    }
    now.swap(then);
    if (now.empty()) return false;
  }
  for (const int s : now) {
    if (nodes_[static_cast<std::size_t>(s)].what == Node::What::done) return true;
  }
  return false;
}

}  // namespace gandan::records
