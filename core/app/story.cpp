#include "app/story.hpp"

#include <algorithm>
#include <set>

#include "base/calendar.hpp"
#include "records/format.hpp"
#include "records/hold.hpp"
#include "records/number.hpp"
#include "records/sealed.hpp"
#include "records/signature.hpp"

namespace gandan::app {
namespace {

using changelog::Mark;
using changelog::OpEntry;

constexpr std::int64_t kLongWayMs = kDayMs;

std::int64_t ms_of(const OpEntry& op) { return changelog::hlc_ms(op.stamp.hlc); }

struct Save {
  std::vector<const vault::OpOrigin*> ops;  // by stamp
  const OpEntry& first() const { return *ops.front()->op; }
  const vault::OpOrigin* at(std::string_view path) const {
    for (const auto* origin : ops)
      if (origin->path == path) return origin;
    return nullptr;
  }
};

class Teller {
 public:
  Teller(Documents& documents, const Loaded& loaded, const records::Workflow& flow, const DeviceId& own)
      : documents_(documents),
        own_(own),
        loaded_(loaded),
        reveal_(documents.reveal(loaded)),
        flow_(flow),
        signatures_(records::signatures_of(loaded.state)) {}

  json::object chapter(const Save& save) {
    const OpEntry& op = save.first();
    const json::object author = documents_.names().author(op);
    Words words =
        same(records::instant_for_people(ms_of(op)) + " – ") + author_words(author, false) + same(": ");
    const bool late = is_late(save);
    words = words + tell(save, late) + same(". ") + arrival(save);
    json::object out{{"author", author},
                     {"changes", save.ops.size()},
                     {"late", late},
                     {"in_signed", in_signed(save)},
                     {"arrival", arrival_code(save)}};
    if (accepted(save)) out["accepted"] = true;
    if (const auto ms = receipt(save)) out["received_at"] = instant_text(*ms);
    if (const auto* reason = save.at(records::kReasonMark))
      if (const auto* text = std::get_if<std::string>(&reason->op->value)) out["reason"] = *text;
    put_words(out, words);
    return out;
  }

 private:
  // Whether it changes fields that the first finalisation had not seen.
  bool is_late(const Save& save) const {
    if (flow_.versions.empty()) return false;
    const auto& seen = flow_.versions.front().mark().seen;
    return std::any_of(save.ops.begin(), save.ops.end(), [&](const vault::OpOrigin* origin) {
      return origin->path[0] != '@' && !changelog::covers(seen, origin->op->stamp);
    });
  }
  bool in_signed(const Save& save) const {
    const auto* version = flow_.signed_version();
    return version != nullptr && changelog::covers(version->mark().seen, save.first().stamp);
  }

  Words tell(const Save& save, bool late) {
    Phrases parts;
    if (save.at("@kind") != nullptr) parts.add(created(save));
    marks(save, parts);
    if (save.at("@kind") == nullptr) fields(save, parts);
    const auto* reason = save.at(records::kReasonMark);
    const auto* why = reason == nullptr ? nullptr : std::get_if<std::string>(&reason->op->value);
    Words out;
    if (late)
      out = why != nullptr ? Words{"SỬA SAU KHI CHỐT: ", "AMENDED after it was finalised: "}
                           : Words{"GHI THÊM, bản chốt đầu tiên chưa có phần này: ",
                                   "LATE EDIT, which the first finalisation had not seen: "};
    out = out + parts.joined();
    if (why != nullptr) out = out + Words{"; lý do: ", "; because: "} + same(quotation(*why));
    return out;
  }

  Words created(const Save& save) {
    std::set<std::string> seen;
    Phrases names;
    for (const auto* origin : save.ops) {
      if (origin->path[0] == '@') continue;
      const std::string top = origin->path.substr(0, origin->path.find('['));
      if (seen.insert(top).second) names.add(label_words(loaded_.type, top));
    }
    Words out{"lập hồ sơ", "made the record"};
    if (const auto* from = save.at(records::kCopiedMark))
      if (const auto* id = std::get_if<std::string>(&from->op->value))
        out = out + Words{" từ hồ sơ trước ", " from an earlier one, "} + same(short_id(*id));
    if (names.empty()) return out;
    return out + Words{", ghi ", ", with "} + names.joined();
  }

  void marks(const Save& save, Phrases& parts) {
    for (const auto* origin : save.ops) {
      const auto* mark = std::get_if<Mark>(&origin->op->value);
      if (origin->path == records::kFinalMark && mark != nullptr)
        parts.add(finalised(*origin->op));
      else if (origin->path == records::kReviewMark && mark != nullptr)
        parts.add(reviewed(*origin->op, *mark));
      else if (origin->path == records::kAnswerMark && mark != nullptr)
        parts.add(Words{"TRẢ LỜI câu hỏi: ", "ANSWERED the question: "} + same(quotation(mark->reason)));
      else if (origin->path == changelog::kDeletedMark)
        parts.add(deleted(*origin->op, mark));
      else if (origin->path == records::kConvertedMark)
        parts.add({"đổi chữ từ bảng mã cũ (nguyên văn còn giữ)",
                   "converted text from an old encoding (as it came is kept)"});
      else if (origin->path == records::kNumberMark)
        parts.add(numbered(*origin->op));
      else if (origin->path == records::kOpenedMark)
        parts.add(opened(*origin->op));
      else if (origin->path == records::kHoldMark)
        parts.add(held(*origin->op));
      else if (origin->path == records::kSealedForMark)
        parts.add(shared(*origin->op));
      else if (const auto* signature = signature_at(*origin->op))
        parts.add(sign(*signature));
    }
  }
  Words opened(const OpEntry& op) const {
    const auto opening = records::read_opening(op);
    if (!opening) return {"mở một mục niêm phong", "opened a sealed field"};
    return Words{"ĐÃ MỞ niêm phong ", "OPENED the sealed "} +
           in_quotes(label_words(loaded_.type, opening->path));
  }
  static Words held(const OpEntry& op) {
    const auto hold = records::read_hold(op.value);
    if (!hold) return {"đổi việc giữ hồ sơ", "changed the hold of the record"};
    return (hold->lift
                ? Words{"THÔI GIỮ dữ liệu cá nhân, lý do ", "LIFTED the hold on personal data, because "}
                : Words{"GIỮ dữ liệu cá nhân, không cho xoá, lý do ", "HOLDS the personal data, because "}) +
           same(quotation(hold->reason));
  }
  Words shared(const OpEntry& op) {
    const auto more = changelog::sealed_for(op.value);
    Words out{"cho thêm người nhận mở niêm phong", "added recipients of what is sealed"};
    if (!more) return out;
    for (std::size_t i = 0; i < more->wraps.size(); ++i)
      out = out + same(i == 0 ? ": " : ", ") + Words{"máy ", "device "} +
            same(short_id(to_text(more->wraps[i].device)));
    return out;
  }
  Words finalised(const OpEntry& op) const {
    for (const auto& version : flow_.versions)
      if (version.op == &op) {
        const std::string n = std::to_string(version.number);
        return {"CHỐT hồ sơ, bản " + n, "FINALISED the record, version " + n};
      }
    return {"chốt hồ sơ", "finalised the record"};
  }
  Words reviewed(const OpEntry& op, const Mark& mark) const {
    Words out = mark.reason.empty() ? Words{"NHẬN hồ sơ", "ACCEPTED the record"}
                                    : Words{"TRẢ LẠI kèm câu hỏi ", "HANDED it BACK with a question: "} +
                                          same(quotation(mark.reason));
    for (const auto& version : flow_.versions)
      if (version.mark().content == mark.content) {
        const std::string n = std::to_string(version.number);
        out = out + Words{" (bản " + n + ")", " (version " + n + ")"};
        break;
      }
    if (std::find(flow_.ignored.begin(), flow_.ignored.end(), &op) != flow_.ignored.end())
      out = out + Words{" – KHÔNG TÍNH, không có quyền", " – DOES NOT COUNT, without the right to it"};
    return out;
  }
  Words deleted(const OpEntry& op, const Mark* mark) const {
    if (mark == nullptr) return {"giữ hồ sơ, không rút", "kept the record: it is not withdrawn"};
    Words out = mark->reason.empty() ? Words{"xoá hồ sơ", "deleted the record"}
                                     : Words{"RÚT hồ sơ, lý do ", "WITHDREW the record, because "} +
                                           same(quotation(mark->reason));
    if (!loaded_.view.deleted)
      out = out + Words{" – KHÔNG CÒN HIỆU LỰC", " – NO LONGER HOLDS"} +
            (is_lost(op) ? Words{": người khác ghi tiếp khi chưa biết việc rút; chờ chọn",
                                 ": another wrote on without knowing of it; to be decided"}
                         : Words{});
    return out;
  }
  bool is_lost(const OpEntry& op) const {
    const auto lost = loaded_.view.lost_deletes.find(changelog::kDeletedMark);
    if (lost == loaded_.view.lost_deletes.end()) return false;
    const auto& heads = lost->second.heads;
    return std::find(heads.begin(), heads.end(), &op) != heads.end();
  }
  static Words numbered(const OpEntry& op) {
    const auto* text = std::get_if<std::string>(&op.value);
    const auto number = text == nullptr ? std::nullopt : records::parse_number(*text);
    const Words shown = same(number ? records::for_people(*number) : "?");
    return (op.replaces.empty() ? Words{"cấp số ", "gave it the number "}
                                : Words{"đổi số thành ", "changed its number to "}) +
           shown;
  }
  const records::PersonSignature* signature_at(const OpEntry& op) const {
    for (const auto& signature : signatures_)
      if (signature.op == &op) return &signature;
    return nullptr;
  }
  static Words sign(const records::PersonSignature& signature) {
    const auto* capacity = records::find_capacity(signature.capacity);
    Words who = capacity == nullptr ? same(signature.capacity) : capacity->label;
    if (!signature.name.empty()) who = who + same(" (" + signature.name + ")");
    switch (signature.how) {
      case records::SignedHow::device:
        return Words{"KÝ bằng khoá của máy: ", "SIGNED with the device's key: "} + who;
      case records::SignedHow::drawn:
        return Words{"lấy chữ ký tay: ", "took a signature by hand: "} + who;
      case records::SignedHow::scan:
        return {"gắn bản quét giấy đã ký", "bound a scan of the signed paper"};
    }
    return {};
  }

  // Items that come and go are counted by list; what a new item says is part of its coming.
  void fields(const Save& save, Phrases& parts) {
    std::set<std::string> fresh;
    std::map<std::string, std::pair<int, int>> lists;  // came, went
    for (const auto* origin : save.ops) {
      if (origin->path[0] == '@' || origin->path.find(']') == std::string::npos) continue;
      if (origin->path.back() == ']' && origin->op->replaces.empty()) {
        fresh.insert(origin->path);
        ++lists[origin->path.substr(0, origin->path.rfind('['))].first;
      } else if (ends_with(origin->path, "]@deleted")) {
        ++lists[origin->path.substr(0, origin->path.rfind('['))].second;
      }
    }
    for (const auto& path : fresh)
      if (path.substr(0, path.rfind('[')) == records::kOverrides) parts.add(overridden(save, path));
    for (const auto& [list, counts] : lists) {
      if (list == records::kOverrides) continue;
      const Words name = in_quotes(label_words(loaded_.type, list));
      const auto [came, went] = counts;
      if (came > 0)
        parts.add(
            Words{"thêm " + std::to_string(came) + " dòng vào ", "added " + std::to_string(came) + " to "} +
            name);
      if (went > 0)
        parts.add(Words{"bỏ " + std::to_string(went) + " dòng khỏi ",
                        "removed " + std::to_string(went) + " from "} +
                  name);
    }
    for (const auto* origin : save.ops) {
      const std::string& path = origin->path;
      if (path[0] == '@' || ends_with(path, "]@deleted") || fresh.count(path) > 0) continue;
      const auto item = path.rfind(']');
      if (item != std::string::npos && fresh.count(path.substr(0, item + 1)) > 0) continue;
      if (path.back() == ']')
        parts.add(Words{"đổi thứ tự trong ", "moved an item of "} +
                  in_quotes(label_words(loaded_.type, path.substr(0, path.rfind('[')))));
      else
        parts.add(changed(*origin));
    }
  }
  // A gate that did not hold, and why a person passed it.
  Words overridden(const Save& save, const std::string& item) const {
    const auto text = [&](const char* child) {
      const auto* origin = save.at(item + "." + child);
      const auto* value = origin == nullptr ? nullptr : std::get_if<std::string>(&origin->op->value);
      return value == nullptr ? std::string() : *value;
    };
    return Words{"QUA ĐIỀU KIỆN CHƯA ĐẠT ", "PASSED A CONDITION that did not hold, "} +
           same(quotation(text("message"))) + Words{", lý do ", ", because "} +
           same(quotation(text("reason")));
  }
  static bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
  }

  Words changed(const vault::OpOrigin& origin) {
    const OpEntry& op = *origin.op;
    const records::Field* field = loaded_.type == nullptr ? nullptr : loaded_.type->find(origin.path);
    const Words name = in_quotes(label_words(loaded_.type, origin.path));
    const auto shown = [&](const changelog::Value& value) {
      return in_quotes(value_words(documents_, field, reveal_(origin.path, value)));
    };
    const bool empties = std::holds_alternative<changelog::Null>(op.value);
    if (op.replaces.size() > 1)
      return Words{"chọn cho ", "chose for "} + name + same(": ") + shown(op.value) +
             Words{" (trước đó các bên ghi khác nhau)", " (others had written differently)"};
    const OpEntry* before = op.replaces.empty() ? nullptr : op_at(origin.path, op.replaces.front());
    if (empties) return Words{"xoá trống ", "emptied "} + name;
    if (before == nullptr || std::holds_alternative<changelog::Null>(before->value))
      return Words{"ghi ", "wrote "} + name + same(": ") + shown(op.value);
    return Words{"sửa ", "changed "} + name + Words{" từ ", " from "} + shown(before->value) +
           Words{" thành ", " to "} + shown(op.value);
  }
  const OpEntry* op_at(const std::string& path, const changelog::Stamp& stamp) const {
    const auto cell = loaded_.state.cells().find(path);
    if (cell == loaded_.state.cells().end()) return nullptr;
    for (const auto& op : cell->second.ops)
      if (op.stamp == stamp) return &op;
    return nullptr;
  }

  // A save lies in one segment or two: it has arrived when its last op has.
  static const char* arrival_code(const Save& save) {
    switch (save.ops.back()->arrival) {
      case vault::Arrival::pending:
        return "pending";
      case vault::Arrival::sealed:
        return "sealed";
      case vault::Arrival::received:
        return "received";
    }
    return "pending";
  }
  static std::optional<std::int64_t> receipt(const Save& save) { return save.ops.back()->receipt_ms; }

  static bool accepted(const Save& save) {
    return std::any_of(save.ops.begin(), save.ops.end(), [](const auto* origin) { return origin->accepted; });
  }
  Words arrival(const Save& save) const {
    const Words out = arrived(save);
    if (!accepted(save)) return out;
    return out +
           Words{" Máy này đã bị thu hồi trước khi phần này tới; người quản trị đã xem và cho tính.",
                 " The device had been removed before this arrived; an administrator looked at it and let "
                 "it count."};
  }
  Words arrived(const Save& save) const {
    const auto received = receipt(save);
    if (!received)
      return save.ops.back()->arrival == vault::Arrival::pending ? Words{"Chưa gửi.", "Not sent yet."}
             : save.ops.back()->device != own_
                 ? Words{"Tới đây bằng gói; máy chủ đã nhận chưa thì máy này chưa biết.",
                         "Came by bundle; whether the server has it is not known here."}
                 : Words{"Đã đóng gói, máy chủ chưa nhận.", "Sealed, not received by the server yet."};
    Words out = Words{"Máy chủ nhận lúc ", "Received by the server at "} +
                same(records::instant_for_people(*received));
    const std::int64_t way = *received - ms_of(save.first());
    if (save.first().suspect) {
      out = out + Words{"; ĐỒNG HỒ MÁY NÀY CHẠY SAI: giờ trên máy đứng sau giờ nhận",
                        "; THIS DEVICE'S CLOCK WAS WRONG: its time lies after the receipt"};
    } else if (way >= kLongWayMs) {
      const std::string days = std::to_string(way / kDayMs);
      out = out + Words{", " + days + " ngày sau khi ghi", ", " + days + " days after it was written"};
    }
    return out + same(".");
  }

  Documents& documents_;
  const DeviceId own_;
  const Loaded& loaded_;
  const records::Reveal reveal_;
  const records::Workflow& flow_;
  std::vector<records::PersonSignature> signatures_;
};

}  // namespace

Words value_words(Documents& documents, const records::Field* field, const changelog::Value& value) {
  if (std::holds_alternative<changelog::Null>(value)) return {"(để trống)", "(empty)"};
  const auto* text = std::get_if<std::string>(&value);
  if (field != nullptr && field->type == records::FieldType::link && text != nullptr) {
    const auto id = id_from_text<RecordId>(*text);
    const auto row = id.ok() ? documents.row(*id) : std::nullopt;
    return same(row ? documents.title(*row) : short_id(*text));
  }
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? Words{"có", "yes"} : Words{"không", "no"};
  return {records::format_value(field, value, "vi"), records::format_value(field, value, "en")};
}

Words label_words(const records::RecordType* type, std::string_view path) {
  const records::Field* field = type == nullptr ? nullptr : type->find(path);
  if (field == nullptr) return same(std::string(path));
  const auto close = path.rfind(']');
  if (close == std::string_view::npos) return field->label;
  return label_words(type, path.substr(0, path.rfind('[', close))) + same(" / ") + field->label;
}

Result<json::array> story(Session& session, Documents& documents, const Loaded& loaded,
                          const std::vector<vault::OpOrigin>& origins) {
  GANDAN_TRY(const auto flow, flow_of(*session.vault, loaded.state, loaded.view));
  std::vector<Save> saves;
  std::map<std::pair<FeedId, changelog::Hlc>, std::size_t> known;
  for (const auto& origin : origins) {  // by stamp
    const auto [at, fresh] = known.try_emplace({origin.op->stamp.feed, origin.op->save}, saves.size());
    if (fresh) saves.emplace_back();
    saves[at->second].ops.push_back(&origin);
  }
  Teller teller(documents, loaded, flow.flow, session.vault->identity().id);
  json::array out;
  for (const auto& save : saves) out.push_back(teller.chapter(save));
  return out;
}

}  // namespace gandan::app
