// What verbs of several files say alike: the help of words that mean the same everywhere.
#pragma once

#include "gandan/verb.hpp"

namespace gandan::cli {

inline constexpr Text kWorkUnitHelp{"Đơn vị: mã, tên, hoặc mấy chữ cuối của mã đầy đủ (xem 'unit list')",
                                    "The unit: its code, its name, or the end of its id"};
inline constexpr Text kIdHelp{"Mã hồ sơ như máy hiện (n69g-1), hoặc mấy chữ cuối",
                              "The record's id as it is shown (n69g-1), or the end of it"};
inline constexpr Text kKindHelp{"Loại hồ sơ, xem 'record kinds'", "The kind, see 'record kinds'"};
inline constexpr Text kPeriodHelp{
    "Kỳ: 2026, 2026-H1 (6 tháng), 2026-Q3 (quý), 2026-03 (tháng); hoặc --from, --until",
    "The period: 2026, 2026-H1 (six months), 2026-Q3 (quarter), 2026-03 (month); or --from, --until"};
inline constexpr Text kFromHelp{"Từ ngày, ghi ngày/tháng/năm", "From this day, as day/month/year"};
inline constexpr Text kUntilHelp{"Đến hết ngày, ghi ngày/tháng/năm", "Until this day, inclusive"};
inline constexpr Text kFilterHelp{
    "Theo bộ lọc đã lưu (xem 'filter list'); mục nào nêu thêm thì theo mục nêu thêm",
    "By a saved filter (see 'filter list'); what is given besides takes its place"};
inline constexpr Text kIndicatorHelp{"Chỉ dấu hiệu này, ví dụ text.alike; ghi được nhiều lần",
                                     "This indicator alone, e.g. text.alike; may be repeated"};
inline constexpr Text kLimitHelp{"Nhiều nhất bao nhiêu", "At most so many"};

// A period by name, or by its days.
inline Verb& in_period(Verb& verb) {
  return verb.optional("--period", "period", kPeriodHelp)
      .date("--from", "from", kFromHelp)
      .date("--until", "until", kUntilHelp);
}

// What stands above the text of a report on paper.
inline Verb& headed(Verb& verb) {
  return verb
      .choice("--head", "head",
              {"Thể thức: state (Nhà nước, Nghị định 30/2020) hoặc party (Đảng, HD 36-HD/VPTW)",
               "Head: state (Decree 30/2020) or party (Instruction 36-HD/VPTW)"},
              {"state", "party"}, false)
      .optional("--number", "number", {"Số, ký hiệu của báo cáo", "Its number"})
      .optional("--superior", "superior", {"Cơ quan cấp trên", "The agency above"})
      .optional("--organisation", "organisation", {"Cơ quan ban hành", "Who issues it"})
      .optional("--place", "place", {"Địa danh ở dòng ngày tháng", "Place of the date line"})
      .date("--date", "date", {"Ngày ký; không nêu: để chỗ trống", "Day of signing; absent: dots"});
}

}  // namespace gandan::cli
