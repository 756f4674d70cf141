// Reading columns, in the order in which they lie. schema/wire/segment.md.
#include <algorithm>

#include "base/codec.hpp"
#include "changelog/blob.hpp"
#include "changelog/columns.hpp"

namespace gandan::changelog {
namespace {

using RawId = std::array<std::uint8_t, 16>;

[[noreturn]] void malformed() { throw DecodeError{Code::malformed}; }

// A column of ids, see NewIdColumn in wire_columns_write.cpp.
struct IdColumn {
  std::vector<RawId> seen;  // the new ones are filled in by Reader::read_new_ids
  std::size_t known = 0;
  std::vector<std::uint32_t> at;  // per element an index into seen
  std::size_t last = 0;

  void read_refs(BoundedReader& a, std::size_t count) {
    at.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t ref = seen.empty() ? 1 : a.varint();
      if (ref == 1) {
        last = seen.size();
        seen.emplace_back();
      } else if (ref != 0) {
        if (ref - 2 >= seen.size()) malformed();
        last = static_cast<std::size_t>(ref - 2);
      }
      at.push_back(static_cast<std::uint32_t>(last));
    }
  }
};

struct Template {
  std::string name;
  std::size_t size = 0;
  std::size_t items = 0;
  bool checked = false;
};

class Reader {
 public:
  Reader(const FeedId& own, std::size_t count, ByteView in)
      : a_(in), ops_(count), path_of_(count), code_(count) {
    feeds_.push_back(own);
    holders_.seen.emplace_back();  // zero: nobody
    holders_.known = 1;
  }
  Result<std::vector<Op>> read(bool padded);

 private:
  void read_feeds();
  void read_runs();
  void read_path_names();
  void read_new_ids(IdColumn& column);
  void read_replaced();
  void read_value(Op& op, std::int64_t& days, Position& position);
  void read_lengths();
  void read_raw();
  void read_text();
  Status read_paths();
  // The segment's last op before i of the same cell.
  const Op& last_of_cell(std::size_t i) const;
  const FeedId& feed(std::uint64_t index) const {
    if (index >= feeds_.size()) malformed();
    return feeds_[static_cast<std::size_t>(index)];
  }
  template <class F>
  void for_each_path_item(std::size_t i, F f) const {
    for (std::size_t k = 0; k < templates_[path_of_[i]].items; ++k) f(items_.at[item_start_[i] + k]);
  }

  BoundedReader a_;
  std::vector<Op> ops_;
  std::vector<std::uint32_t> path_of_, item_start_;
  std::vector<std::uint64_t> code_;  // of `replaces`
  std::vector<FeedId> feeds_;
  std::vector<std::array<std::uint8_t, 10>> prefixes_;  // of ids: the feeds', then others
  std::vector<std::uint64_t> counters_;                 // per prefix the last one
  IdColumn holders_, records_, items_;
  std::vector<Template> templates_;
  std::vector<std::size_t> lengths_;
  std::size_t runs_ = 0;
  std::vector<std::uint32_t> run_of_;
};

void Reader::read_feeds() {
  const std::uint64_t sizes = a_.varint();
  const std::uint64_t feeds = sizes / 2;
  const std::uint64_t others = sizes % 2 == 1 ? a_.varint() : 0;
  if (sizes % 2 == 1 && others == 0) throw DecodeError{Code::not_canonical};
  if (feeds > a_.remaining() / 16 || others > a_.remaining() / 10) throw DecodeError{Code::truncated};
  if (1 + feeds + others > kMaxIdPrefixes) throw DecodeError{Code::too_large};
  for (std::uint64_t i = 0; i < feeds; ++i) feeds_.push_back(FeedId::from(a_.raw(FeedId::size)));
  prefixes_.resize(static_cast<std::size_t>(1 + feeds + others));
  for (std::size_t i = 0; i < prefixes_.size(); ++i) {
    const ByteView from = i < feeds_.size() ? feeds_[i].view() : a_.raw(10);
    std::copy_n(from.begin(), 10, prefixes_[i].begin());
  }
  counters_.assign(prefixes_.size(), 0);
}

void Reader::read_runs() {
  run_of_.resize(ops_.size());
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < ops_.size();) {
    const std::uint64_t shape = a_.varint();
    const std::uint64_t count = shape / 2 + 1;
    if (count > kMaxSaveOps) throw DecodeError{Code::too_large};
    std::uint64_t offset = 0;
    std::uint64_t length = count;
    if (shape % 2 == 1) {
      offset = a_.varint();
      length = a_.varint() + 1;
      if (offset == 0 && length == count) throw DecodeError{Code::not_canonical};
    }
    if (length == 0 || length > ops_.size() - i || offset >= count || length > count - offset) malformed();
    first.push_back(i);
    for (const auto end = i + static_cast<std::size_t>(length); i < end; ++i, ++offset) {
      run_of_[i] = static_cast<std::uint32_t>(runs_);
      ops_[i].count = static_cast<std::uint32_t>(count);
      ops_[i].stamp.hlc = offset;  // the save is added below
    }
    ++runs_;
  }
  std::vector<Hlc> save(runs_);
  std::uint64_t ms = static_cast<std::uint64_t>(kColumnsEpochMs);
  for (auto& hlc : save) {
    const std::uint64_t delta = a_.varint();
    if (delta > kHlcMsMask) malformed();
    ms = (ms + delta) & kHlcMsMask;
    hlc = ms << 16;
  }
  Hlc expected = 0;
  for (std::size_t r = 0; r < runs_; ++r) {
    const std::uint64_t mixed = a_.varint();
    const auto base = save[r] >> 16 == expected >> 16 ? expected & 0xffff : 0;
    std::int64_t counter = unzigzag(mixed / feeds_.size());
    if (counter > 0xffff || counter < -0xffff) malformed();
    counter += static_cast<std::int64_t>(base);
    if (counter < 0 || counter > 0xffff) malformed();
    save[r] |= static_cast<std::uint64_t>(counter);
    if (save[r] > ~Hlc{0} - kMaxSaveOps) malformed();
    expected = save[r] + ops_[first[r]].count;
    const FeedId& stamp_feed = feed(mixed % feeds_.size());
    for (std::size_t i = first[r]; i < ops_.size() && run_of_[i] == r; ++i) {
      ops_[i].save = save[r];
      ops_[i].stamp.hlc += save[r];
      ops_[i].stamp.feed = stamp_feed;
    }
  }
}

void Reader::read_path_names() {
  std::size_t known = 1;
  for (std::size_t i = 1; i < ops_.size(); ++i) {
    const std::uint64_t path = a_.varint();
    if (path > known) malformed();
    if (path == known) ++known;
    path_of_[i] = static_cast<std::uint32_t>(path);
  }
  templates_.resize(known);
  for (auto& name : templates_) {
    const std::uint64_t size = a_.varint();
    if (size / 4 > kMaxPathBytes) throw DecodeError{Code::too_large};
    name.size = static_cast<std::size_t>(size / 4);
    name.items = static_cast<std::size_t>(size % 4);
    if (name.items == 3) {
      const std::uint64_t more = a_.varint();
      if (more > kMaxPathBytes) throw DecodeError{Code::too_large};
      name.items += static_cast<std::size_t>(more);
    }
  }
  std::size_t items = 0;
  item_start_.reserve(ops_.size());
  for (const auto path : path_of_) {
    item_start_.push_back(static_cast<std::uint32_t>(items));
    items += templates_[path].items;
  }
  if (items > a_.remaining() + 1) throw DecodeError{Code::truncated};
  items_.read_refs(a_, items);
}

void Reader::read_new_ids(IdColumn& column) {
  for (std::size_t i = column.known; i < column.seen.size(); ++i) {
    const std::uint64_t mixed = a_.varint();
    const auto at = static_cast<std::size_t>(mixed % prefixes_.size());
    const std::uint64_t counter =
        counters_[at] + static_cast<std::uint64_t>(unzigzag(mixed / prefixes_.size()));
    if (counter > kHlcMsMask) malformed();
    counters_[at] = counter;
    auto& id = column.seen[i];
    std::copy_n(prefixes_[at].begin(), 10, id.begin());
    for (std::size_t k = 0; k < 6; ++k) id[15 - k] = static_cast<std::uint8_t>(counter >> (8 * k));
  }
}

const Op& Reader::last_of_cell(std::size_t i) const {
  const auto items = templates_[path_of_[i]].items;
  for (std::size_t j = i; j-- > 0;) {
    if (records_.at[j] != records_.at[i] || path_of_[j] != path_of_[i]) continue;
    const auto* mine = items_.at.data() + item_start_[i];
    if (std::equal(mine, mine + items, items_.at.data() + item_start_[j])) return ops_[j];
  }
  malformed();
}

void Reader::read_replaced() {
  std::vector<const Stamp*> last(records_.seen.size());
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    auto& replaces = ops_[i].replaces;
    if (code_[i] == 1) replaces.push_back(last_of_cell(i).stamp);
    if (code_[i] < 2) continue;
    if (code_[i] - 1 > a_.remaining()) throw DecodeError{Code::truncated};
    replaces.resize(static_cast<std::size_t>(code_[i] - 1));
    for (auto& stamp : replaces) {
      const Stamp*& before = last[records_.at[i]];
      const std::uint64_t delta = a_.varint();
      const std::uint64_t ms = before ? (before->hlc >> 16) + static_cast<std::uint64_t>(unzigzag(delta))
                                      : ((ops_[i].stamp.hlc >> 16) - delta) & kHlcMsMask;
      if (ms > kHlcMsMask || (!before && delta > kHlcMsMask)) malformed();
      stamp.hlc = ms << 16;
      before = &stamp;
    }
  }
  std::fill(last.begin(), last.end(), nullptr);
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    if (code_[i] < 2) continue;
    for (auto& stamp : ops_[i].replaces) {
      const Stamp*& before = last[records_.at[i]];
      const std::uint64_t mixed = a_.varint();
      std::int64_t counter = unzigzag(mixed / feeds_.size());
      if (counter > 0xffff || counter < -0x10000) malformed();
      if (before && before->hlc >> 16 == stamp.hlc >> 16)
        counter += static_cast<std::int64_t>(before->hlc & 0xffff) + 1;
      if (counter < 0 || counter > 0xffff) malformed();
      stamp.hlc |= static_cast<std::uint64_t>(counter);
      stamp.feed = feed(mixed % feeds_.size());
      before = &stamp;
    }
  }
}

// Makes the value and reads its numbers; its texts and raw bytes follow in later columns.
void Reader::read_value(Op& op, std::int64_t& days, Position& position) {
  const auto int32 = [](std::int64_t v) {
    if (v < INT32_MIN || v > INT32_MAX) malformed();
    return static_cast<std::int32_t>(v);
  };
  const auto delta = [this] {  // of 32-bit numbers, so that no sum overflows
    const std::int64_t d = unzigzag(a_.varint());
    if (d < -(std::int64_t{1} << 33) || d > (std::int64_t{1} << 33)) malformed();
    return d;
  };
  if (auto* boolean = std::get_if<bool>(&op.value)) {
    const auto v = a_.varint();
    if (v > 1) malformed();
    *boolean = v == 1;
  } else if (auto* number = std::get_if<std::int64_t>(&op.value)) {
    *number = unzigzag(a_.varint());
  } else if (auto* date = std::get_if<Date>(&op.value)) {
    date->days = int32(days + delta());
    days = date->days;
  } else if (auto* instant = std::get_if<Instant>(&op.value)) {
    instant->ms =
        static_cast<std::int64_t>((op.stamp.hlc >> 16) + static_cast<std::uint64_t>(unzigzag(a_.varint())));
  } else if (auto* choices = std::get_if<Choices>(&op.value)) {
    choices->codes.resize(a_.count(1));
  } else if (auto* place = std::get_if<Position>(&op.value)) {
    position.latitude_e7 = int32(position.latitude_e7 + delta());
    position.longitude_e7 = int32(position.longitude_e7 + delta());
    a_(position.accuracy_cm);
    *place = position;
  } else if (auto* blob = std::get_if<BlobRef>(&op.value)) {
    blob->size = a_.varint();
    if (blob->size > kMaxBlobBytes) throw DecodeError{Code::too_large};
    const auto chunks = blob_chunk_count(blob->size);
    if (chunks > a_.remaining() / Hash::size) throw DecodeError{Code::truncated};
    blob->chunks.resize(static_cast<std::size_t>(chunks));
  } else if (auto* mark = std::get_if<Mark>(&op.value)) {
    const std::uint64_t shape = a_.varint();
    if (shape % 2 == 1) mark->content.bytes[0] = 1;  // to be read
    if (shape / 2 > a_.remaining() / 2) throw DecodeError{Code::truncated};
    for (std::uint64_t i = 0; i < shape / 2; ++i) {
      const FeedId& name = feed(a_.varint());
      const Hlc hlc = op.stamp.hlc - a_.varint();
      if (!mark->seen.empty() && !(mark->seen.rbegin()->first < name)) throw DecodeError{Code::not_canonical};
      mark->seen.emplace_hint(mark->seen.end(), name, hlc);
    }
  }
}

void Reader::read_lengths() {
  const auto add = [this] {
    const std::uint64_t length = a_.varint();
    if (length > kMaxValueBytes) throw DecodeError{Code::too_large};
    lengths_.push_back(static_cast<std::size_t>(length));
  };
  for (const auto& op : ops_) {
    if (std::holds_alternative<std::string>(op.value) || std::holds_alternative<Sealed>(op.value) ||
        std::holds_alternative<Personal>(op.value) || std::holds_alternative<Mark>(op.value)) {
      add();
    } else if (const auto* choices = std::get_if<Choices>(&op.value)) {
      for (std::size_t i = 0; i < choices->codes.size(); ++i) add();
    } else if (std::holds_alternative<BlobRef>(op.value)) {
      add();
      add();
    }
  }
}

void Reader::read_raw() {
  std::size_t at = 0;
  for (auto& op : ops_) {
    if (auto* blob = std::get_if<BlobRef>(&op.value)) {
      blob->key = to_bytes(a_.raw(32));
      for (auto& chunk : blob->chunks) a_(chunk);
      at += 2;
    } else if (auto* sealed = std::get_if<Sealed>(&op.value)) {
      sealed->bytes = to_bytes(a_.raw(lengths_[at++]));
    } else if (auto* personal = std::get_if<Personal>(&op.value)) {
      personal->bytes = to_bytes(a_.raw(lengths_[at++]));
    } else if (auto* mark = std::get_if<Mark>(&op.value)) {
      if (!mark->content.is_zero()) {
        a_(mark->content);
        if (mark->content.is_zero()) throw DecodeError{Code::not_canonical};
      }
      ++at;
    } else if (std::holds_alternative<std::string>(op.value)) {
      ++at;
    } else if (const auto* choices = std::get_if<Choices>(&op.value)) {
      at += choices->codes.size();
    }
  }
}

void Reader::read_text() {
  for (auto& name : templates_) name.name = std::string(as_text(a_.raw(name.size)));
  std::size_t at = 0;
  const auto take = [&](std::string& text) { text = std::string(as_text(a_.raw(lengths_[at++]))); };
  for (auto& op : ops_) {
    if (auto* text = std::get_if<std::string>(&op.value)) {
      take(*text);
    } else if (auto* choices = std::get_if<Choices>(&op.value)) {
      for (auto& code : choices->codes) take(code);
    } else if (auto* blob = std::get_if<BlobRef>(&op.value)) {
      take(blob->name);
      take(blob->media_type);
    } else if (auto* mark = std::get_if<Mark>(&op.value)) {
      take(mark->reason);
    } else if (std::holds_alternative<Sealed>(op.value) || std::holds_alternative<Personal>(op.value)) {
      ++at;
    }
  }
}

Status Reader::read_paths() {
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    auto& name = templates_[path_of_[i]];
    std::string& path = ops_[i].path;
    if (name.items == 0) {
      path = name.name;
    } else {
      path.reserve(name.size + 26 * name.items);
      std::string_view rest = name.name;
      bool fits = true;
      for_each_path_item(i, [&](std::uint32_t item) {
        const auto open = rest.find('[');
        fits = fits && open != std::string_view::npos;
        if (!fits) return;
        path += rest.substr(0, open + 1);
        path += to_base32(items_.seen[item]);
        rest.remove_prefix(open + 1);
      });
      if (!fits) return Error{Code::malformed, "path"};
      path += rest;
    }
    // Items are written canonically above, so a template is good for all of its ops when it is for one.
    if (!name.checked) GANDAN_CHECK(check_path(path));
    name.checked = true;
  }
  return {};
}

template <std::size_t I = 0>
void make_alternative(Value& value, std::uint64_t tag) {
  if constexpr (I < std::variant_size_v<Value>) {
    if (tag == I) {
      value.emplace<I>();
    } else {
      make_alternative<I + 1>(value, tag);
    }
  } else {
    throw DecodeError{Code::parked};
  }
}

Result<std::vector<Op>> Reader::read(bool padded) {
  read_feeds();
  read_runs();
  holders_.read_refs(a_, runs_);
  records_.read_refs(a_, ops_.size());
  read_path_names();
  read_new_ids(holders_);
  read_new_ids(records_);
  read_new_ids(items_);
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    const std::uint64_t mixed = a_.varint();
    make_alternative(ops_[i].value, mixed % kTypes);
    code_[i] = mixed / kTypes;
    if (code_[i] > kMaxReplaced + 1) throw DecodeError{Code::too_large};
  }
  read_replaced();
  std::int64_t days = 0;
  Position position;
  for (auto& op : ops_) read_value(op, days, position);
  read_lengths();
  read_raw();
  read_text();
  for (const auto byte : a_.raw(a_.remaining())) {
    if (!padded || byte != 0) return Error{Code::malformed, "trailing bytes"};
  }
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    ops_[i].record = RecordId::from(records_.seen[records_.at[i]]);
    ops_[i].holder = HolderId::from(holders_.seen[holders_.at[run_of_[i]]]);
  }
  GANDAN_CHECK(read_paths());
  for (const auto& op : ops_) GANDAN_CHECK(check_op_besides_path(op));
  return std::move(ops_);
}

}  // namespace

Result<std::vector<Op>> read_columns(const FeedId& own, std::size_t op_count, ByteView columns, bool padded) {
  if (op_count == 0) return Error{Code::malformed, "no ops"};
  try {
    return Reader(own, op_count, columns).read(padded);
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

}  // namespace gandan::changelog
