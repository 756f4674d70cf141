#include "records/personal.hpp"

namespace gandan::records {
namespace {

using Closed = changelog::Personal::Closed;

void reveal_at(Tree& tree, const std::string& base, const Reveal& open) {
  for (auto& [path, value] : tree.values)
    if (std::holds_alternative<changelog::Personal>(value)) value = open(base + path, value);
  for (auto& [path, items] : tree.lists)
    for (auto& item : items) reveal_at(item.tree, base + path + "[" + item.id + "].", open);
}

}  // namespace

void reveal(Tree& tree, const Reveal& open) {
  if (open) reveal_at(tree, "", open);
}

Label personal_words(Closed closed) {
  switch (closed) {
    case Closed::unread:
      break;
    case Closed::waiting:
      return {"chưa có khoá, chờ nối mạng", "no key yet, waits for the network"};
    case Closed::erased:
      return {"đã xoá theo yêu cầu", "erased on request"};
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
