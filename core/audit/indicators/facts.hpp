// Facts: what the indicators look at of one record: the signed version where there is one, else what stands
// now. Fields are found by the part that they play (records/indicators.hpp), so no form is named here.
//
// Threading: plain values; read_fact is a pure function.
#pragma once

#include <functional>
#include <set>

#include "changelog/merge.hpp"
#include "records/indicators.hpp"

namespace gandan::audit {

// Who saved: a person on a device; a phone may be shared, so both. Zero holder: none was chosen.
struct Author {
  DeviceId device;
  HolderId holder;
  friend bool operator==(const Author& a, const Author& b) {
    return a.device == b.device && a.holder == b.holder;
  }
  friend bool operator<(const Author& a, const Author& b) {
    return a.device != b.device ? a.device < b.device : a.holder < b.holder;
  }
};

// A promise: the record itself, or an item of its list.
struct Promise {
  std::optional<std::int32_t> due;
  std::set<std::int32_t> days;  // that it ever was due on
  bool closed = false;
  struct Move {
    std::int32_t was = 0, due = 0;
    std::int64_t changed_ms = 0;
    std::int64_t stood_ms = 0;  // how long the earlier day had been written there
  };
  std::vector<Move> moves;  // of the day, after it had passed
};

// A question about a record, and whether who signed a change afterwards had it then.
struct AskedOf {
  changelog::Stamp at;
  std::optional<bool> seen;  // absent: the change was not signed again
};
// Facts that were signed and say something else since, in one save.
struct Rewrite {
  std::vector<std::string> paths;  // schema paths
  std::int64_t changed_ms = 0;
  changelog::Stamp at;
  bool reasoned = false;           // it says why: programs ask for that where they know of the signing
  std::vector<AskedOf> questions;  // all that count, by stamp
  bool settled = false;            // who asked accepted it since, or it was answered in words
};

struct Fact {
  RecordId id;
  UnitId unit;
  std::string kind;
  bool finalized = false;
  bool withdrawn = false;
  std::int64_t withdrawn_ms = 0;

  Author author;             // of the finalisation; of a draft: who made it
  changelog::Stamp entered;  // of the first op that said when it happened; hlc 0: none
  changelog::Stamp made;     // of the first op
  changelog::Stamp signed_at;
  changelog::Stamp first_signed;     // of the first finalisation
  std::int64_t first_signed_ms = 0;  // the same

  std::optional<std::int32_t> day;
  std::optional<std::int64_t> start_ms, end_ms;
  std::optional<changelog::Position> position;
  std::string place;           // folded
  std::string subject;         // as it is written
  std::string project;         // folded, where it is written out
  RecordId project_link;       // zero: none
  RecordId village;            // zero: none
  std::vector<RecordId> of;    // other records that it names
  std::string words;           // of its texts, folded
  std::string own_words;       // of these what is the household's own, where its kind tells that apart
  std::set<std::string> team;  // folded
  std::vector<changelog::BlobRef> images;
  bool any_file = false;
  bool any_signature = false;
  std::string outcome;
  bool met = true;         // somebody
  bool in_writing = true;  // minutes were made
  bool settled = false;    // a household that needs no visit any more
  bool told = false;       // a promise: something says how it was kept
  std::vector<Promise> promises;
  std::vector<Rewrite> rewrites;

  std::int64_t entered_ms() const { return changelog::hlc_ms(entered.hlc); }
  // One act may have several records: a gathering at which each household has its own, to which they may have
  // come one after another.
  bool same_occasion(const Fact& other) const {
    if (!start_ms || !other.start_ms || place != other.place) return false;
    if (*start_ms == *other.start_ms) return true;
    return !place.empty() && end_ms && other.end_ms && *start_ms < *other.end_ms && *other.start_ms < *end_ms;
  }
};

// An op that names a stamp of another feed, which is not in its record here: it, or a later one of that feed,
// must exist.
struct Named {
  changelog::Stamp what;
  changelog::Stamp by;
};

// When the fact's act was entered: by the first op that said the day on which it stands now. Sets `entered`,
// to none where it has no day or no op says it.
void read_entered(const records::KindParts& parts, const changelog::RecordState& state, Fact& fact);
struct FactSource {
  const records::KindParts* parts = nullptr;
  std::function<DeviceId(const FeedId&)> device;
  // Whether a review counts (records/workflow.hpp); asked only where there is one.
  std::function<bool(const changelog::OpEntry&, bool question)> had_right;
};
// `row`: id, unit and kind are set. `named`: called for every op that replaces or has seen others.
void read_fact(const FactSource& source, const changelog::RecordState& state,
               const changelog::RecordView& view, Fact& row, const std::function<void(const Named&)>& named);

}  // namespace gandan::audit
