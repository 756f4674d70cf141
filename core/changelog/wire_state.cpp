// The bytes of a RecordState, as vaults store them: schema/wire/encoding.md.
#include <algorithm>

#include "changelog/merge.hpp"
#include "changelog/wire_value.hpp"

namespace gandan::changelog {
namespace {

constexpr std::uint8_t kStateVersion = 1;

// A sorted table of ids; indexes into it take a byte or two where an id takes 16.
template <class Id>
class Table {
 public:
  void collect(const Id& id) {
    if (!ids_.empty() && ids_.back() == id) return;
    if (ids_.size() >= limit_) {  // many repeated ids in turn
      settle();
      limit_ = std::max<std::size_t>(64, 2 * ids_.size());
    }
    ids_.push_back(id);
  }
  void settle() {
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  }
  std::uint64_t index(const Id& id) {
    if (last_ < ids_.size() && ids_[last_] == id) return last_;
    last_ = static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
    return last_;
  }
  void write(CanonicalWriter& a) const {
    a.varint(ids_.size());
    for (const auto& id : ids_) a.raw(id.view());
  }
  void read(BoundedReader& a) {
    const auto count = a.count(Id::size);
    ids_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      ids_.push_back(Id::from(a.raw(Id::size)));
      if (i > 0 && !(ids_[i - 1] < ids_[i])) throw DecodeError{Code::not_canonical};
    }
    used_.assign(count, false);
    unused_ = count;
  }
  const Id& use(std::uint64_t index) {
    if (index >= ids_.size()) throw DecodeError{Code::malformed};
    const auto at = static_cast<std::size_t>(index);
    if (!used_[at]) --unused_;
    used_[at] = true;
    return ids_[at];
  }
  // An id that nothing uses would make two byte strings of one value.
  bool all_used() const { return unused_ == 0; }

 private:
  std::vector<Id> ids_;
  std::vector<bool> used_;  // when reading
  std::size_t unused_ = 0;
  std::size_t last_ = 0;
  std::size_t limit_ = 64;
};

class StateWriter {
 public:
  explicit StateWriter(Bytes& out) : a_(out) {}

  void write(const RecordState::Cells& cells) {
    for (const auto& [path, cell] : cells) {
      for (const auto& entry : cell.ops) {
        feeds_.collect(entry.stamp.feed);
        for (const auto& stamp : entry.replaces) feeds_.collect(stamp.feed);
        holders_.collect(entry.holder);
      }
    }
    feeds_.settle();
    holders_.settle();
    a_.varint(kStateVersion);
    feeds_.write(a_);
    holders_.write(a_);
    a_.varint(cells.size());
    for (const auto& [path, cell] : cells) {
      write_text(a_, path);
      a_.varint(cell.ops.size());
      const OpEntry* before = nullptr;
      for (const auto& entry : cell.ops) {
        write_entry(entry, before);
        before = &entry;
      }
    }
  }

 private:
  void write_entry(const OpEntry& entry, const OpEntry* before) {
    a_.varint(entry.stamp.hlc - (before ? before->stamp.hlc : last_));
    last_ = before ? last_ : entry.stamp.hlc;
    a_.varint(feeds_.index(entry.stamp.feed));
    a_.varint(entry.stamp.hlc - entry.save);
    a_.varint(entry.count);
    a_.varint(2 * holders_.index(entry.holder) + (entry.suspect ? 1 : 0));
    // 0: none; 1: the entry before; n + 1: n stamps
    if (before && entry.replaces.size() == 1 && entry.replaces[0] == before->stamp) {
      a_.varint(1);
    } else {
      a_.varint(entry.replaces.empty() ? 0 : entry.replaces.size() + 1);
      for (const auto& stamp : entry.replaces) {
        a_.varint(entry.stamp.hlc - stamp.hlc);
        a_.varint(feeds_.index(stamp.feed));
      }
    }
    write_value(a_, entry.value);
  }

  CanonicalWriter a_;
  Table<FeedId> feeds_;
  Table<HolderId> holders_;
  Hlc last_ = 0;  // of the first op of the cell before
};

class StateReader {
 public:
  explicit StateReader(ByteView in) : a_(in) {}

  RecordState::Cells read() {
    if (a_.varint() != kStateVersion) throw DecodeError{Code::newer_format};
    feeds_.read(a_);
    holders_.read(a_);
    RecordState::Cells cells;
    const auto count = a_.count(9);
    for (std::size_t i = 0; i < count; ++i) {
      std::string path = read_text(a_);
      if (path.empty()) throw DecodeError{Code::malformed};
      if (!cells.empty() && !(cells.rbegin()->first < path)) throw DecodeError{Code::not_canonical};
      auto& ops = cells.emplace_hint(cells.end(), std::move(path), Cell{})->second.ops;
      const auto entries = a_.count(7);
      if (entries == 0) throw DecodeError{Code::not_canonical};
      ops.resize(entries);
      for (std::size_t k = 0; k < entries; ++k) read_entry(ops[k], k > 0 ? &ops[k - 1] : nullptr);
    }
    if (a_.remaining() != 0) throw DecodeError{Code::malformed};
    if (!feeds_.all_used() || !holders_.all_used()) throw DecodeError{Code::not_canonical};
    return cells;
  }

 private:
  void read_entry(OpEntry& entry, const OpEntry* before) {
    entry.stamp.hlc = a_.varint() + (before ? before->stamp.hlc : last_);
    if (!before) last_ = entry.stamp.hlc;
    entry.stamp.feed = feeds_.use(a_.varint());
    if (before && entry.stamp < before->stamp) throw DecodeError{Code::not_canonical};
    entry.save = entry.stamp.hlc - a_.varint();
    a_(entry.count);
    const auto holder = a_.varint();
    entry.holder = holders_.use(holder / 2);
    entry.suspect = holder % 2 == 1;
    const auto code = a_.varint();
    if (code == 1) {
      if (!before) throw DecodeError{Code::malformed};
      entry.replaces.push_back(before->stamp);
    } else if (code > 1) {
      if (code - 1 > a_.remaining() / 2) throw DecodeError{Code::truncated};
      entry.replaces.resize(static_cast<std::size_t>(code - 1));
      for (auto& stamp : entry.replaces) {
        stamp.hlc = entry.stamp.hlc - a_.varint();
        stamp.feed = feeds_.use(a_.varint());
      }
      if (before && code == 2 && entry.replaces[0] == before->stamp) throw DecodeError{Code::not_canonical};
    }
    entry.value = read_value(a_);
  }

  BoundedReader a_;
  Table<FeedId> feeds_;
  Table<HolderId> holders_;
  Hlc last_ = 0;
};

}  // namespace

Bytes RecordState::encode() const {
  Bytes out;
  out.reserve(1024);
  StateWriter(out).write(cells_);
  return out;
}

Result<RecordState> RecordState::decode(ByteView bytes) {
  try {
    RecordState out;
    out.cells_ = StateReader(bytes).read();
    return out;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

}  // namespace gandan::changelog
