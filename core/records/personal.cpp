#include "records/personal.hpp"

namespace gandan::records {
namespace {

using Closed = changelog::Personal::Closed;

void reveal_at(Tree& tree, const std::string& base, const Reveal& open) {
  for (auto& [path, value] : tree.values)
    if (std::holds_alternative<changelog::Personal>(value) ||
        std::holds_alternative<changelog::BlobRef>(value))
      value = open(base + path, value);
  for (auto& [path, items] : tree.lists)
    for (auto& item : items) reveal_at(item.tree, base + path + "[" + item.id + "].", open);
}

}  // namespace

void reveal(Tree& tree, const Reveal& open) {
  if (open) reveal_at(tree, "", open);
}

Label erase_reason_words(roster::EraseReason reason) {
  switch (reason) {
    case roster::EraseReason::person:
      return {"yêu cầu của người có dữ liệu", "request of the person"};
    case roster::EraseReason::retention:
      return {"hết thời hạn lưu", "its retention is over"};
    case roster::EraseReason::order:
      return {"quyết định của toà án hoặc cơ quan có thẩm quyền", "order of a court or an authority"};
    case roster::EraseReason::wrong_person:
      return {"ghi nhầm người", "it was another person"};
  }
  return {};
}

Label personal_words(const changelog::Personal& value) {
  switch (value.closed) {
    case Closed::unread:
      break;
    case Closed::waiting:
      return {"chưa có khoá, chờ nối mạng", "no key yet, waits for the network"};
    case Closed::erased: {
      const Label why = erase_reason_words(static_cast<roster::EraseReason>(value.reason));
      return {"đã xoá theo yêu cầu, căn cứ: " + why.vi, "erased on request, because: " + why.en};
    }
    case Closed::unreadable:
      return {"không mở được", "cannot be opened"};
  }
  return {"dữ liệu cá nhân", "personal data"};
}

const char* closed_text(Closed closed) {
  switch (closed) {
    case Closed::unread:
      break;
    case Closed::waiting:
      return "waiting";
    case Closed::erased:
      return "erased";
    case Closed::unreadable:
      return "unreadable";
  }
  return "";
}

}  // namespace gandan::records
