#include "dataset/forms.hpp"

#include "base/calendar.hpp"
#include "records/order.hpp"

namespace gandan::dataset {
namespace {

using changelog::Date;
using changelog::Instant;
using changelog::Value;

void text(Changes& out, const char* path, const std::string& value) {
  if (!value.empty()) out.emplace_back(path, value);
}

void add_files(Changes& out, const std::vector<changelog::BlobRef>& files, Phone& phone, const UnitId& in) {
  std::string order;
  for (const auto& file : files) {
    const auto item = add_item(out, "files", order, phone, in);
    out.emplace_back(item + ".file", file);
  }
}

void add_signers(Changes& out, const std::vector<std::string>& signers) {
  static constexpr const char* kPaths[] = {"signers.village_head", "signers.front_head",
                                           "signers.household_1", "signers.household_2"};
  for (std::size_t i = 0; i < signers.size() && i < 4; ++i) text(out, kPaths[i], signers[i]);
}

}  // namespace

Value choice(std::string code) { return changelog::Choices{{std::move(code)}}; }
Value link(const RecordId& id) { return to_text(id); }

std::string add_item(Changes& changes, const std::string& list, std::string& order, Phone& phone,
                     const UnitId& in) {
  order = records::order_between(order, {});
  const std::string item = list + "[" + to_text(phone.item(in)) + "]";
  changes.emplace_back(item, order);
  return item;
}

Changes fields(const Visit& v, Phone& phone, const UnitId& in) {
  Changes out;
  if (v.affected) out.emplace_back("affected", link(*v.affected));
  text(out, "project", v.project);
  text(out, "household", v.household);
  out.emplace_back("stage", choice(v.stage));
  std::string order;
  for (const auto& one : v.team) {
    const auto item = add_item(out, "team", order, phone, in);
    text(out, (item + ".name").c_str(), one);
    out.emplace_back(item + ".organisation", choice("ubnd"));
  }
  out.emplace_back("start", Instant{v.start});
  out.emplace_back("end", Instant{v.end});
  text(out, "place", v.place);
  if (v.position) out.emplace_back("position", *v.position);
  out.emplace_back("met", choice(v.met));
  text(out, "language", v.language);
  if (!v.issue.empty()) out.emplace_back("issues", choice(v.issue));
  text(out, "wishes", v.wishes);
  text(out, "explained", v.explained);
  order.clear();
  for (const auto& pledge : v.pledges) {
    const auto item = add_item(out, "commitments", order, phone, in);
    out.emplace_back(item + ".party", choice(pledge.party));
    text(out, (item + ".what").c_str(), pledge.what);
    out.emplace_back(item + ".due", Date{pledge.due});
  }
  out.emplace_back("outcome", choice(v.outcome));
  out.emplace_back("minutes", choice(v.minutes));
  add_files(out, v.files, phone, in);
  return out;
}

Changes fields(const Meeting& m, Phone& phone, const UnitId& in) {
  Changes out;
  text(out, "subject", m.subject);
  out.emplace_back("village", link(m.village));
  out.emplace_back("roll", link(m.roll));
  out.emplace_back("form", choice("meeting"));
  out.emplace_back("notice_date", Date{m.notice});
  out.emplace_back("start", Instant{m.start});
  out.emplace_back("end", Instant{m.end});
  text(out, "place", m.place);
  if (m.position) out.emplace_back("position", *m.position);
  out.emplace_back("chair", std::string("Trưởng thôn"));
  out.emplace_back("secretary", std::string("Thư ký cuộc họp"));
  std::string order;
  for (const auto& [what, said] : m.agenda) {
    const auto item = add_item(out, "agenda", order, phone, in);
    text(out, (item + ".text").c_str(), what);
    text(out, (item + ".discussion").c_str(), said);
  }
  out.emplace_back("present_number", m.present);
  order.clear();
  for (const auto& vote : m.votes) {
    const auto item = add_item(out, "decisions", order, phone, in);
    out.emplace_back(item + ".matter_clause", choice(vote.clause));
    text(out, (item + ".matter").c_str(), vote.matter);
    out.emplace_back(item + ".method", choice("hands"));
    out.emplace_back(item + ".agree", vote.agree);
    out.emplace_back(item + ".against", vote.against);
    out.emplace_back(item + ".other", vote.other);
    text(out, (item + ".text").c_str(), vote.text);
  }
  text(out, "conclusion", m.conclusion);
  add_signers(out, m.signers);
  add_files(out, m.files, phone, in);
  return out;
}

Changes fields(const Decision& d) {
  Changes out;
  text(out, "number", d.number);
  out.emplace_back("village", link(d.village));
  out.emplace_back("meeting", link(d.meeting));
  out.emplace_back("decided_on", Date{d.day});
  out.emplace_back("matter_clause", choice(d.vote.clause));
  text(out, "matter", d.vote.matter);
  out.emplace_back("form", choice("meeting"));
  out.emplace_back("total", d.total);
  out.emplace_back("present", d.present);
  out.emplace_back("agree", d.vote.agree);
  out.emplace_back("against", d.vote.against);
  out.emplace_back("other", d.vote.other);
  text(out, "text", d.vote.text);
  add_signers(out, d.signers);
  out.emplace_back("sent_on", Date{d.day + 1});
  return out;
}

Changes fields(const Ballot& b, Phone& phone, const UnitId& in) {
  Changes out;
  out.emplace_back("village", link(b.village));
  out.emplace_back("roll", link(b.roll));
  out.emplace_back("matter_clause", choice(b.vote.clause));
  text(out, "matter", b.vote.matter);
  out.emplace_back("mode", choice("paper"));
  out.emplace_back("announced_on", Date{b.announced});
  std::string order;
  for (const auto& one : b.team) text(out, (add_item(out, "team", order, phone, in) + ".name").c_str(), one);
  out.emplace_back("from", Date{b.from});
  out.emplace_back("until", Date{b.until});
  out.emplace_back("issued", b.issued);
  out.emplace_back("returned", b.returned);
  out.emplace_back("valid", b.valid);
  out.emplace_back("agree", b.vote.agree);
  out.emplace_back("against", b.vote.against);
  out.emplace_back("other", b.vote.other);
  out.emplace_back("counted_on", Date{b.counted});
  text(out, "text", b.vote.text);
  add_signers(out, b.signers);
  return out;
}

Changes fields(const Dialogue& d, Phone& phone, const UnitId& in) {
  Changes out;
  text(out, "subject", d.subject);
  out.emplace_back("kind", choice("topic"));
  out.emplace_back("head", std::string("Chủ tịch UBND xã"));
  out.emplace_back("level", choice("commune"));
  out.emplace_back("start", Instant{d.start});
  out.emplace_back("end", Instant{d.end});
  text(out, "place", d.place);
  out.emplace_back("present", d.present);
  std::string order;
  for (const auto& question : d.questions) {
    const auto item = add_item(out, "questions", order, phone, in);
    text(out, (item + ".content").c_str(), question.content);
    text(out, (item + ".answer").c_str(), question.answer);
    out.emplace_back(item + ".agreed", choice(question.agreed));
    if (question.due) out.emplace_back(item + ".answer_due", Date{*question.due});
  }
  text(out, "conclusion", d.conclusion);
  out.emplace_back("published_on", Date{local_days(d.start) + 3});
  return out;
}

Changes fields(const Commitment& c) {
  Changes out;
  text(out, "what", c.what);
  out.emplace_back("party", choice(c.party));
  if (c.party != "household") out.emplace_back("responsible", std::string("Cán bộ phụ trách"));
  if (c.visit) out.emplace_back("visit", link(*c.visit));
  if (c.dialogue) out.emplace_back("dialogue", link(*c.dialogue));
  if (c.meeting) out.emplace_back("meeting", link(*c.meeting));
  if (c.reception) out.emplace_back("reception", link(*c.reception));
  out.emplace_back("made_on", Date{c.made});
  out.emplace_back("due", Date{c.due});
  return out;
}

}  // namespace gandan::dataset
