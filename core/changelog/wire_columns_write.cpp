// Writing columns: first everything is numbered, then each column is written. schema/wire/segment.md.
#include <algorithm>

#include "base/codec.hpp"
#include "changelog/columns.hpp"

namespace gandan::changelog {
namespace {

using RawId = std::array<std::uint8_t, 16>;
using Prefix = std::array<std::uint8_t, 10>;

Prefix prefix_of(const RawId& id) {
  Prefix out;
  std::copy_n(id.begin(), out.size(), out.begin());
  return out;
}
std::uint64_t counter_of(const RawId& id) {
  std::uint64_t out = 0;
  for (std::size_t i = 10; i < 16; ++i) out = out << 8 | id[i];
  return out;
}

// The feeds that stamps name, own feed first; then prefixes of ids that none of them begins with.
class Feeds {
 public:
  explicit Feeds(const FeedId& own) : feeds_{own} {}

  std::uint64_t index(const FeedId& feed) {  // adds it when it is new
    if (feeds_[last_] == feed) return last_;
    const auto found = std::find(feeds_.begin(), feeds_.end(), feed);
    last_ = static_cast<std::size_t>(found - feeds_.begin());
    if (found == feeds_.end()) feeds_.push_back(feed);
    return last_;
  }
  // Only after every feed is in.
  std::uint64_t prefix_index(const Prefix& prefix) {
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
      if (std::equal(prefix.begin(), prefix.end(), feeds_[i].bytes.begin())) return i;
    }
    const auto found = std::find(prefixes_.begin(), prefixes_.end(), prefix);
    const auto at = static_cast<std::size_t>(found - prefixes_.begin());
    if (found == prefixes_.end()) prefixes_.push_back(prefix);
    return feeds_.size() + at;
  }
  std::size_t feed_count() const { return feeds_.size(); }
  std::size_t count() const { return feeds_.size() + prefixes_.size(); }

  void write(CanonicalWriter& a) const {
    a.varint(2 * (feeds_.size() - 1) + (prefixes_.empty() ? 0 : 1));
    if (!prefixes_.empty()) a.varint(prefixes_.size());
    for (std::size_t i = 1; i < feeds_.size(); ++i) a.raw(feeds_[i].view());
    for (const auto& prefix : prefixes_) a.raw(prefix);
  }

 private:
  std::vector<FeedId> feeds_;
  std::vector<Prefix> prefixes_;
  std::size_t last_ = 0;
};

// A column of ids: 0 the one before, 1 a new one, k + 2 the k-th of those seen. Nothing while none is seen: a
// new one.
struct NewIdColumn {
  std::vector<RawId> seen;
  std::size_t known = 0;  // of them from the start
  std::size_t last = 0;
  std::vector<std::uint64_t> refs;

  void start_with(const RawId& id) {
    seen.push_back(id);
    known = 1;
  }
  std::size_t add(const RawId& id) {
    if (!seen.empty() && seen[last] == id) {
      refs.push_back(0);
      return last;
    }
    const auto found = std::find(seen.begin(), seen.end(), id);
    last = static_cast<std::size_t>(found - seen.begin());
    if (found != seen.end()) {
      refs.push_back(last + 2);
    } else {
      if (!seen.empty()) refs.push_back(1);
      seen.push_back(id);
    }
    return last;
  }
  void write_refs(CanonicalWriter& a) const {
    for (const auto ref : refs) a.varint(ref);
  }
};

struct Run {  // consecutive ops of one save
  std::size_t first = 0;
  std::size_t length = 1;
};

struct OpPlan {
  std::size_t record = 0;
  std::size_t path = 0;                  // its template
  std::size_t items = 0, items_end = 0;  // in Writer::item_at_
  std::uint64_t replaces = 0;  // 0 none, 1 the segment's last op of the cell, n + 1: n stamps are spelled out
};

class Writer {
 public:
  Writer(const FeedId& own, std::span<const Op> ops) : ops_(ops), feeds_(own) {
    holders_.start_with({});
    plan_.resize(ops.size());
    for (std::size_t i = 0; i < ops.size(); ++i) number(i);
  }
  Result<Columns> write();

 private:
  void number(std::size_t i);
  void number_path(OpPlan& plan, std::string_view path);
  std::uint64_t number_replaces(std::size_t i);
  void collect_feeds(const Op& op);
  void write_runs(CanonicalWriter& a);
  void write_paths(CanonicalWriter& a) const;
  void write_new_ids(CanonicalWriter& a, const NewIdColumn& column);
  void write_replaced(CanonicalWriter& a);
  void write_numbers(CanonicalWriter& a);
  void write_lengths(CanonicalWriter& a) const;
  void write_raw(CanonicalWriter& a) const;
  void write_text(CanonicalWriter& a) const;

  std::span<const Op> ops_;
  Feeds feeds_;
  std::vector<Run> runs_;
  std::vector<OpPlan> plan_;
  NewIdColumn holders_, records_, items_;
  std::vector<std::size_t> item_at_;
  std::vector<std::string> templates_;
  std::vector<std::uint64_t> counters_;  // per prefix the last one
};

void Writer::collect_feeds(const Op& op) {
  feeds_.index(op.stamp.feed);
  for (const auto& stamp : op.replaces) feeds_.index(stamp.feed);
  if (const auto* mark = std::get_if<Mark>(&op.value)) {
    for (const auto& [feed, hlc] : mark->seen) feeds_.index(feed);
  }
}

void Writer::number(std::size_t i) {
  const Op& op = ops_[i];
  collect_feeds(op);
  const Op* before = i > 0 ? &ops_[i - 1] : nullptr;
  if (before && before->stamp.feed == op.stamp.feed && before->save == op.save && before->count == op.count &&
      before->stamp.hlc + 1 == op.stamp.hlc && before->holder == op.holder) {
    ++runs_.back().length;
  } else {
    runs_.push_back({i, 1});
    holders_.add(op.holder.bytes);
  }
  plan_[i].record = records_.add(op.record.bytes);
  number_path(plan_[i], op.path);
  plan_[i].replaces = number_replaces(i);
}

void Writer::number_path(OpPlan& plan, std::string_view path) {
  plan.items = item_at_.size();
  std::string name;
  for (auto open = path.find('['); open != std::string_view::npos; open = path.find('[')) {
    const auto close = path.find(']', open);
    const auto item = from_base32(path.substr(open + 1, close - open - 1));
    RawId id{};
    std::copy_n(item->begin(), id.size(), id.begin());  // check_path saw to it
    item_at_.push_back(items_.add(id));
    name += path.substr(0, open + 1);
    path.remove_prefix(close);
  }
  name += path;
  plan.items_end = item_at_.size();
  const auto found = std::find(templates_.begin(), templates_.end(), name);
  plan.path = static_cast<std::size_t>(found - templates_.begin());
  if (found == templates_.end()) templates_.push_back(std::move(name));
}

std::uint64_t Writer::number_replaces(std::size_t i) {
  const auto& op = ops_[i];
  if (op.replaces.size() != 1) return op.replaces.empty() ? 0 : op.replaces.size() + 1;
  for (std::size_t j = i; j-- > 0;) {
    if (plan_[j].record == plan_[i].record && plan_[j].path == plan_[i].path && ops_[j].path == op.path) {
      return ops_[j].stamp == op.replaces[0] ? 1 : 2;
    }
  }
  return 2;
}

void Writer::write_runs(CanonicalWriter& a) {
  for (const auto& run : runs_) {
    const Op& op = ops_[run.first];
    const bool whole = op.stamp.hlc == op.save && run.length == op.count;
    a.varint(std::uint64_t{2} * (op.count - 1) + (whole ? 0 : 1));
    if (!whole) {
      a.varint(op.stamp.hlc - op.save);
      a.varint(run.length - 1);
    }
  }
  std::uint64_t before = static_cast<std::uint64_t>(kColumnsEpochMs);
  for (const auto& run : runs_) {
    const std::uint64_t ms = ops_[run.first].save >> 16;
    a.varint((ms - before) & kHlcMsMask);
    before = ms;
  }
  Hlc expected = 0;
  for (const auto& run : runs_) {
    const Op& op = ops_[run.first];
    const auto base = op.save >> 16 == expected >> 16 ? expected & 0xffff : 0;
    const auto delta = static_cast<std::int64_t>(op.save & 0xffff) - static_cast<std::int64_t>(base);
    a.varint(zigzag(delta) * feeds_.feed_count() + feeds_.index(op.stamp.feed));
    expected = op.save + op.count;
  }
}

void Writer::write_new_ids(CanonicalWriter& a, const NewIdColumn& column) {
  for (std::size_t i = column.known; i < column.seen.size(); ++i) {
    const auto at = static_cast<std::size_t>(feeds_.prefix_index(prefix_of(column.seen[i])));
    const auto counter = counter_of(column.seen[i]);
    const auto delta = static_cast<std::int64_t>(counter) - static_cast<std::int64_t>(counters_[at]);
    a.varint(zigzag(delta) * feeds_.count() + at);
    counters_[at] = counter;
  }
}

void Writer::write_replaced(CanonicalWriter& a) {
  // Two columns, the second after the first: milliseconds, then counters with feeds.
  Bytes counters;
  CanonicalWriter b(counters);
  std::vector<const Stamp*> last(records_.seen.size());
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    if (plan_[i].replaces < 2) continue;
    for (const auto& stamp : ops_[i].replaces) {
      const Stamp*& before = last[plan_[i].record];
      const std::uint64_t ms = stamp.hlc >> 16;
      std::int64_t counter = static_cast<std::int64_t>(stamp.hlc & 0xffff);
      if (before) {
        const auto delta = static_cast<std::int64_t>(ms) - hlc_ms(before->hlc);
        a.varint(zigzag(delta));
        if (delta == 0) counter -= static_cast<std::int64_t>(before->hlc & 0xffff) + 1;
      } else {
        a.varint(((ops_[i].stamp.hlc >> 16) - ms) & kHlcMsMask);
      }
      b.varint(zigzag(counter) * feeds_.feed_count() + feeds_.index(stamp.feed));
      before = &stamp;
    }
  }
  a.raw(counters);
}

void Writer::write_numbers(CanonicalWriter& a) {
  std::int64_t days = 0, latitude = 0, longitude = 0;
  for (const auto& op : ops_) {
    if (const auto* boolean = std::get_if<bool>(&op.value)) {
      a.varint(*boolean ? 1 : 0);
    } else if (const auto* number = std::get_if<std::int64_t>(&op.value)) {
      a.varint(zigzag(*number));
    } else if (const auto* date = std::get_if<Date>(&op.value)) {
      a.varint(zigzag(date->days - days));
      days = date->days;
    } else if (const auto* instant = std::get_if<Instant>(&op.value)) {
      a.varint(
          zigzag(static_cast<std::int64_t>(static_cast<std::uint64_t>(instant->ms) - (op.stamp.hlc >> 16))));
    } else if (const auto* choices = std::get_if<Choices>(&op.value)) {
      a.varint(choices->codes.size());
    } else if (const auto* position = std::get_if<Position>(&op.value)) {
      a.varint(zigzag(position->latitude_e7 - latitude));
      a.varint(zigzag(position->longitude_e7 - longitude));
      a.varint(position->accuracy_cm);
      latitude = position->latitude_e7;
      longitude = position->longitude_e7;
    } else if (const auto* blob = std::get_if<BlobRef>(&op.value)) {
      a.varint(blob->size);
    } else if (const auto* mark = std::get_if<Mark>(&op.value)) {
      a.varint(2 * mark->seen.size() + (mark->content.is_zero() ? 0 : 1));
      for (const auto& [feed, hlc] : mark->seen) {
        a.varint(feeds_.index(feed));
        a.varint(op.stamp.hlc - hlc);
      }
    }
  }
}

void Writer::write_lengths(CanonicalWriter& a) const {
  for (const auto& op : ops_) {
    if (const auto* text = std::get_if<std::string>(&op.value)) {
      a.varint(text->size());
    } else if (const auto* choices = std::get_if<Choices>(&op.value)) {
      for (const auto& code : choices->codes) a.varint(code.size());
    } else if (const auto* blob = std::get_if<BlobRef>(&op.value)) {
      a.varint(blob->name.size());
      a.varint(blob->media_type.size());
    } else if (const auto* sealed = std::get_if<Sealed>(&op.value)) {
      a.varint(sealed->bytes.size());
    } else if (const auto* personal = std::get_if<Personal>(&op.value)) {
      a.varint(personal->bytes.size());
    } else if (const auto* mark = std::get_if<Mark>(&op.value)) {
      a.varint(mark->reason.size());
    }
  }
}

void Writer::write_raw(CanonicalWriter& a) const {
  for (const auto& op : ops_) {
    if (const auto* blob = std::get_if<BlobRef>(&op.value)) {
      a.raw(blob->key);
      for (const auto& chunk : blob->chunks) a.raw(chunk.view());
    } else if (const auto* sealed = std::get_if<Sealed>(&op.value)) {
      a.raw(sealed->bytes);
    } else if (const auto* personal = std::get_if<Personal>(&op.value)) {
      a.raw(personal->bytes);
    } else if (const auto* mark = std::get_if<Mark>(&op.value)) {
      if (!mark->content.is_zero()) a.raw(mark->content.view());
    }
  }
}

void Writer::write_text(CanonicalWriter& a) const {
  for (const auto& name : templates_) a.raw(as_bytes(name));
  for (const auto& op : ops_) {
    if (const auto* text = std::get_if<std::string>(&op.value)) {
      a.raw(as_bytes(*text));
    } else if (const auto* choices = std::get_if<Choices>(&op.value)) {
      for (const auto& code : choices->codes) a.raw(as_bytes(code));
    } else if (const auto* blob = std::get_if<BlobRef>(&op.value)) {
      a.raw(as_bytes(blob->name));
      a.raw(as_bytes(blob->media_type));
    } else if (const auto* mark = std::get_if<Mark>(&op.value)) {
      a.raw(as_bytes(mark->reason));
    }
  }
}

void Writer::write_paths(CanonicalWriter& a) const {
  // The first op's template is new without saying so.
  for (std::size_t i = 1; i < plan_.size(); ++i) a.varint(plan_[i].path);
  for (const auto& name : templates_) {
    const auto items = static_cast<std::uint64_t>(std::count(name.begin(), name.end(), '['));
    a.varint(4 * name.size() + std::min<std::uint64_t>(items, 3));
    if (items >= 3) a.varint(items - 3);
  }
}

Result<Columns> Writer::write() {
  for (const auto* column : {&holders_, &records_, &items_}) {
    for (std::size_t i = column->known; i < column->seen.size(); ++i)
      feeds_.prefix_index(prefix_of(column->seen[i]));
  }
  if (feeds_.count() > kMaxIdPrefixes) return Error{Code::too_large, "feeds in a segment"};
  counters_.assign(feeds_.count(), 0);
  Columns out;
  out.bytes.reserve(64 + 32 * ops_.size());
  CanonicalWriter a(out.bytes);
  feeds_.write(a);
  write_runs(a);
  holders_.write_refs(a);
  records_.write_refs(a);
  write_paths(a);
  items_.write_refs(a);
  for (const auto* column : {&holders_, &records_, &items_}) write_new_ids(a, *column);
  for (std::size_t i = 0; i < ops_.size(); ++i) a.varint(kTypes * plan_[i].replaces + ops_[i].value.index());
  write_replaced(a);
  write_numbers(a);
  write_lengths(a);
  write_raw(a);
  out.text_start = out.bytes.size();
  write_text(a);
  return out;
}

}  // namespace

Result<Columns> write_columns(const FeedId& own, std::span<const Op> ops) { return Writer(own, ops).write(); }

}  // namespace gandan::changelog
