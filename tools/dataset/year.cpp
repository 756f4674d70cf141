#include "dataset/year.hpp"

#include "dataset/must.hpp"
#include "dataset/texts.hpp"
#include "records/order.hpp"
#include "records/workflow.hpp"
#include "vault/journal.hpp"

namespace gandan::dataset {
namespace {

constexpr const char* kFrom = "2025-07-01";  // the first day of 65 communes
constexpr const char* kUntil = "2026-06-30";
constexpr int kAskedAfter = 20;  // days after the last one

std::size_t part(double share, std::size_t whole, std::size_t least) {
  return std::max(least, static_cast<std::size_t>(static_cast<double>(whole) * share + 0.5));
}

}  // namespace

Size size_of(double share) {
  const Size whole;
  return {part(share, whole.communes, 3), part(share, whole.devices, 36), part(share, whole.records, 1)};
}

std::int64_t local(std::int32_t day, int hour, int minute) {
  return std::int64_t{day} * kDayMs - kLocalOffsetMs + hour * kHour + minute * kMinute;
}

Point Point::moved(double metres_north, double metres_east) const {
  return {north + metres_north / 111'195,
          east + metres_east / (111'195 * std::cos(north * 0.017453292519943295))};
}

// The error of a fix has two dimensions; 68 of 100 lie within the accuracy that the phone tells.
changelog::Position fix(const Point& where, Dice& dice, double accuracy_m) {
  const double radius = accuracy_m / 1.5096 * std::sqrt(-2 * std::log(1 - dice.share()));
  const double angle = dice.share() * 6.283185307179586;
  const Point seen = where.moved(radius * std::sin(angle), radius * std::cos(angle));
  return {static_cast<std::int32_t>(std::lround(seen.north * 1e7)),
          static_cast<std::int32_t>(std::lround(seen.east * 1e7)),
          static_cast<std::uint32_t>(accuracy_m * 100)};
}

changelog::BlobRef some_photo(Dice& dice) {
  changelog::BlobRef out{"IMG_" + std::to_string(1000 + dice.below(9000)) + ".jpg",
                         "image/jpeg",
                         40'000 + dice.below(85'000),
                         Bytes(32),
                         {Hash{}}};
  for (auto& byte : out.key) byte = static_cast<std::uint8_t>(dice.next());
  for (auto& byte : out.chunks[0].bytes) byte = static_cast<std::uint8_t>(dice.next());
  return out;
}

Year::Year(const Options& o)
    : options(o),
      first_day(*parse_date(kFrom)),
      last_day(*parse_date(kUntil)),
      clock(local(first_day, 6)),
      province(o.folder, o.seed, clock) {
  labels.seed = options.seed;
  labels.from = kFrom;
  labels.until = kUntil;
  labels.asked = instant_text(local(last_day + kAskedAfter, 9));
  lay_out();
}

void Year::at(std::int64_t ms, std::function<void()> what) { events_.emplace(ms, std::move(what)); }

void Year::reserve(std::size_t phone, std::int64_t from, std::int64_t until, bool quiet) {
  reserved_[phone].push_back({from, until, quiet});
}
bool Year::reserved(std::size_t phone, std::int64_t from, std::int64_t until) const {
  const auto& all = reserved_[phone];
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& one) { return one.from < until && from < one.until; });
}
std::int64_t Year::free_at(std::size_t phone, std::int64_t ms) const {
  for (bool moved = true; moved;) {
    moved = false;
    for (const auto& one : reserved_[phone])
      if (one.from <= ms && ms < one.until) ms = one.until, moved = true;
  }
  return ms;
}

Year::Slot Year::take_days_in(Dice& dice, std::size_t in, int days, int from, int until, bool quiet) {
  const auto& candidates = communes[in].phones;
  for (int tries = 0; tries < 4000; ++tries) {
    const auto phone = dice.pick(candidates);
    const auto day = first_day + static_cast<std::int32_t>(dice.between(from, until - days));
    // A night on either side, so that what is written in the evening is nobody's next morning.
    const auto begin = local(day, 0), end = local(day + days, 0);
    if (taken_[phone] || reserved(phone, begin - 12 * kHour, end + 12 * kHour)) continue;
    reserve(phone, begin, end, quiet);
    return {{phone, dice.pick(phones[phone]->holders)}, day};
  }
  give_up(Error{Code::internal, "no free days are left: more devices are needed"});
}
Year::Slot Year::take_days(Dice& dice, int days, int from, int until, bool quiet) {
  return take_days_in(dice, dice.below(communes.size()), days, from, until, quiet);
}

std::size_t Year::other_phone(std::size_t phone, Dice& dice) const {
  const auto& all = communes[commune_of[phone]].phones;
  for (;;)
    if (const auto other = dice.pick(all); other != phone && !taken_[other]) return other;
}

std::size_t Year::take_phone(Dice& dice, std::size_t in) {
  for (int tries = 0; tries < 1000; ++tries) {
    const auto phone = dice.pick(communes[in].phones);
    // The first one laid the commune out: everything rests on its log.
    if (taken_[phone] || phone == communes[in].phones.front() || !reserved_[phone].empty()) continue;
    taken_[phone] = true;
    return phone;
  }
  give_up(Error{Code::internal, "no device is left for a story of logs"});
}

const std::string& Year::judged(const Record& record) {
  const auto day = local_days(clock.wall_ms());
  auto& out = judged_[{record.kind, day}];
  if (!out.empty()) return out;
  for (auto old = judged_.begin(); old != judged_.end();)
    old = old->first.second < day ? judged_.erase(old) : std::next(old);
  auto& text = judged_[{record.kind, day}];
  const auto* type = province.catalog().find(record.kind);
  if (type == nullptr) give_up(Error{Code::unknown_kind, record.kind});
  records::Document document;
  document.kind = record.kind;
  document.schema = type->version;
  records::JudgeOptions about;
  about.province = "20";
  about.on_day = day;
  text = records::judged_text(province.catalog().judgement_now(document, about));
  return text;
}

RecordPtr Year::add(const Cadre& cadre, const char* kind, std::int64_t schema, const Changes& changes,
                    std::int64_t now) {
  ++records_;
  return phone(cadre).add(commune(cadre).unit, kind, schema, changes, cadre.who, now);
}
void Year::sign(const Cadre& cadre, Record& record, std::int64_t now, const std::string& reason) {
  phone(cadre).sign(record, province.realm(), judged(record), cadre.who, now, reason);
}
RecordPtr Year::add_signed(const Cadre& cadre, const char* kind, std::int64_t schema, const Changes& changes,
                           std::int64_t now) {
  auto record = add(cadre, kind, schema, changes, now);
  sign(cadre, *record, now + kMinute);
  return record;
}

void Year::review(const RecordPtr& record, std::size_t author, std::int64_t not_before,
                  const std::string& reason, std::function<void(std::int64_t)> then) {
  at(not_before, [this, record, author, not_before, reason, then = std::move(then)] {
    if (local_days(not_before) > last_day + 15) return;  // it never came
    if (!phones[author]->has_sent(*record)) {
      review(record, author, not_before + kDayMs, reason, then);
      return;
    }
    changelog::Mark mark;
    mark.content = changelog::content_hash(province.realm(), record->unit, record->id, record->state,
                                           record->state.seen());
    mark.reason = reason;
    office->save(*record, {{std::string(records::kReviewMark), mark}}, office->holders.front(), not_before);
    if (office_sends_ <= not_before) {
      const auto today = local(local_days(not_before), 18);
      office_sends_ = not_before < today ? today : today + kDayMs;
      at(office_sends_, [this] { province.push(*office); });
    }
    if (then) then(not_before);
  });
}

void Year::read_up(const Cadre& cadre) {
  if (!taken_[cadre.phone] && !phone(cadre).gone) province.push(phone(cadre));
}

Label& Year::label(const char* story, std::vector<std::string> indicators, std::string why) {
  labels.all.push_back({story, std::move(indicators), {}, {}, std::move(why)});
  return labels.all.back();
}

std::size_t Year::times(std::size_t per_million, std::size_t least) const {
  return std::max(least, options.size.records * per_million / 1'000'000);
}

void plan_all(Year& year) {
  // Logs first: they want phones of which nothing else is told.
  plan_planted_logs(year);
  plan_odd_times(year);
  plan_odd_logs(year);
  plan_odd_content(year);
  plan_odd_people(year);
  plan_odd_places(year);
  plan_planted_times(year);
  plan_planted_places(year);
  plan_planted_content(year);
  plan_planted_people(year);
  plan_background(year);
}

void Year::run() {
  // What would happen after the supervisor asked is not told.
  while (!events_.empty() && events_.begin()->first < local(last_day + kAskedAfter, 5)) {
    const auto next = events_.begin();
    const auto what = std::move(next->second);
    clock.set(next->first);
    events_.erase(next);
    what();
  }
  labels.records = records_;
  clock.set(local(last_day + kAskedAfter, 6));
  sync_all();
  clock.set(local(last_day + kAskedAfter, 7));
  province.audit(withheld, [this](vault::Vault& vault) {
    for (const auto& bring : by_hand) bring(vault);
  });
}

void Year::sync_all() {
  for (auto& phone : phones)
    if (!phone->gone) province.push(*phone);
  province.push(*office);
}

}  // namespace gandan::dataset
