#include "sync/kept_ledger.hpp"

#include <algorithm>

#include "protocol/witness.hpp"
#include "sync/claims.hpp"
#include "vault/witness.hpp"

namespace gandan::sync {
namespace {

class LedgerExport {
 public:
  LedgerExport(vault::Vault& vault, std::uint64_t from, const protocol::KeptLedgerWriter::Write& write)
      : vault_(vault), from_(from), writer_(write) {}

  Result<KeptLedger> run() {
    GANDAN_TRY(const auto entries, leaves_here(vault_));
    if (entries == 0) return Code::no_ledger;
    GANDAN_CHECK(find_segments());
    GANDAN_TRY(const auto whole, whole_until(entries));
    GANDAN_TRY(const std::string note, choose_checkpoint(whole));
    GANDAN_CHECK(writer_.begin(note));
    out_.first = from_;
    segment_ = 0;
    for (std::uint64_t at = from_; at < out_.size;) {
      GANDAN_TRY(const auto group, entries_from(at, std::min(out_.size, at + protocol::kKeptGroup)));
      GANDAN_CHECK(write(at, group));
      at += group.size();
    }
    GANDAN_CHECK(writer_.finish());
    return out_;
  }

 private:
  using Group = std::vector<ledger::EntryBytes>;
  struct Place {
    std::uint64_t index;
    std::int64_t row;
    bool bare;  // its content lies in an archive
  };

  // No index of the vault has segments by their places: they are read once, in that order.
  Status find_segments() {
    GANDAN_TRY(auto rows, vault_.db().query("SELECT ledger_index, rowid, substr(bytes, 1, 1) FROM segment "
                                            "WHERE ledger_index >= ? ORDER BY ledger_index",
                                            from_));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      segments_.push_back({static_cast<std::uint64_t>(rows.integer(0)), rows.integer(1),
                           protocol::is_bare_in_run(rows.blob(2))});
    }
  }

  Result<Group> entries_from(std::uint64_t first, std::uint64_t end) {
    GANDAN_TRY(auto rows, vault_.db().query("SELECT entry FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx",
                                            first, end));
    Group out;
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      if (rows.blob(0).size() != ledger::kEntryBytes) return Error{Code::vault_damaged, "a ledger entry"};
      std::copy_n(rows.blob(0).begin(), ledger::kEntryBytes, out.emplace_back().begin());
    }
    if (out.size() != end - first) return Error{Code::vault_damaged, "ledger entries"};
    return out;
  }

  // The segment at that place, of ascending ones.
  const Place* segment_at(std::uint64_t index) {
    while (segment_ < segments_.size() && segments_[segment_].index < index) ++segment_;
    return segment_ < segments_.size() && segments_[segment_].index == index ? &segments_[segment_] : nullptr;
  }

  Result<bool> has_body(std::uint64_t index, const ledger::EntryBytes& bytes) {
    GANDAN_TRY(const auto entry, ledger::parse_entry(bytes));
    if (entry.type == ledger::EntryType::segment) {
      const Place* place = segment_at(index);
      if (place != nullptr && place->bare) return Error{Code::archived, "entry " + std::to_string(index)};
      return place != nullptr;
    }
    if (entry.type != ledger::EntryType::statement) return true;
    GANDAN_TRY(const auto here, vault_.db().integer("SELECT 1 FROM statement WHERE ledger_index = ?", index));
    return here.has_value();
  }

  // The first entry that is not here, or whose body is not.
  Result<std::uint64_t> whole_until(std::uint64_t entries) {
    for (std::uint64_t at = from_; at < entries;) {
      GANDAN_TRY(const auto group, entries_from(at, std::min(entries, at + protocol::kKeptGroup)));
      for (const auto& bytes : group) {
        const auto there = has_body(at, bytes);
        if (!there.ok() && there.error().code != Code::newer_format) return there.error();
        if (!there.ok() || !*there) return at;
        ++at;
      }
    }
    return entries;
  }

  Result<std::string> choose_checkpoint(std::uint64_t whole) {
    GANDAN_TRY(const auto newest, vault_.checkpoint());
    out_.seen = newest.size;
    std::string note;
    const auto consider = [&](std::uint64_t size, const std::string& of_size) {
      if (size > whole || size <= out_.size) return;
      out_.size = size;
      note = of_size;
    };
    consider(newest.size, newest.note);
    GANDAN_TRY(const auto witnessed, vault::cosigned(vault_));
    for (const auto& one : witnessed) consider(one.size, one.note);
    if (out_.size > from_) {
      GANDAN_TRY(const auto* roster, vault_.roster());
      const auto key = protocol::log_key(*roster);
      return ledger::signed_only_by(note, {&key, 1});
    }
    GANDAN_TRY(const auto* roster, vault_.roster());
    const bool given_all = roster->may(vault_.identity().id, roster::Right::read, roster->root().top);
    return Error{given_all ? Code::ledger_incomplete : Code::not_authorized,
                 "up to #" + std::to_string(whole) + " of " + std::to_string(newest.size)};
  }

  Status write(std::uint64_t first, const Group& group) {
    Bytes entries;
    for (const auto& bytes : group) append(entries, bytes);
    GANDAN_CHECK(writer_.group(first, std::move(entries)));
    for (std::size_t i = 0; i < group.size(); ++i) {
      GANDAN_TRY(const auto entry, ledger::parse_entry(group[i]));
      if (entry.type == ledger::EntryType::statement) GANDAN_CHECK(write_statement(first + i));
      if (entry.type == ledger::EntryType::segment) GANDAN_CHECK(write_segment(first + i));
    }
    return {};
  }
  Status write_statement(std::uint64_t index) {
    GANDAN_TRY(auto row, vault_.db().query("SELECT bytes FROM statement WHERE ledger_index = ?", index));
    GANDAN_TRY(const bool present, row.step());
    if (!present) return Error{Code::vault_damaged, "a statement"};
    ++out_.statements;
    return writer_.statement(row.blob(0));
  }
  Status write_segment(std::uint64_t index) {
    const Place* place = segment_at(index);
    if (place == nullptr) return Error{Code::vault_damaged, "a segment"};
    GANDAN_TRY(auto row, vault_.db().query("SELECT feed.id, sequence, bytes FROM segment JOIN feed ON "
                                           "feed.number = segment.feed WHERE segment.rowid = ?",
                                           place->row));
    GANDAN_TRY(const bool present, row.step());
    if (!present) return Error{Code::vault_damaged, "a segment"};
    ++out_.segments;
    return writer_.segment(FeedId::from(row.blob(0)), static_cast<std::uint64_t>(row.integer(1)),
                           row.blob(2));
  }

  vault::Vault& vault_;
  const std::uint64_t from_;
  protocol::KeptLedgerWriter writer_;
  KeptLedger out_;
  std::vector<Place> segments_;
  std::size_t segment_ = 0;
};

}  // namespace

Result<KeptLedger> export_ledger(vault::Vault& vault, std::uint64_t from,
                                 const protocol::KeptLedgerWriter::Write& write) {
  return LedgerExport(vault, from, write).run();
}

}  // namespace gandan::sync
