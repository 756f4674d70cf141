#include "xlsform/findings.hpp"

#include <algorithm>

namespace gandan::xlsform {

const char* to_text(Effect effect) {
  switch (effect) {
    case Effect::left_out:
      return "left_out";
    case Effect::changed:
      return "changed";
    case Effect::looks:
      return "looks";
  }
  return "";
}

void Findings::add(Finding finding) {
  if (findings_.size() + 1 < kMost) {
    findings_.push_back(std::move(finding));
  } else if (!full()) {
    findings_.push_back({Effect::left_out, "", 0, "", "findings.more", "Còn nhiều chỗ nữa không liệt kê hết.",
                         "There are more than are listed."});
  }
}

std::vector<Finding> Findings::take() {
  const auto sheet = [](const Finding& f) { return f.sheet == "survey" ? 0 : f.sheet == "choices" ? 1 : 2; };
  std::stable_sort(findings_.begin(), findings_.end(), [&](const Finding& a, const Finding& b) {
    return std::pair(sheet(a), a.row) < std::pair(sheet(b), b.row);
  });
  return std::move(findings_);
}

}  // namespace gandan::xlsform
