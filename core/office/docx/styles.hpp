// The parts of a Word file that are the same in every one: styles, page number, relations. Private to
// office/docx.
#pragma once

#include <cstddef>

namespace gandan::office {

inline constexpr const char* kWordNamespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
inline constexpr const char* kRelationNamespace =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

// By Paragraph::Style.
inline constexpr const char* kParagraphStyles[] = {"Normal", "Title",    "Subtitle",     "Heading1",
                                                   "GDBold", "GDCenter", "GDCenterBold", "GDDraft"};
inline constexpr const char* kHeadStyle = "GDHead";
inline constexpr const char* kLineStyle = "GDLine";
inline constexpr const char* kSignStyle = "GDSign";
inline constexpr const char* kCellStyle = "GDCell";
inline constexpr const char* kLeftCellStyle = "GDCellLeft";
inline constexpr const char* kSmallStyle = "GDSmall";
inline constexpr const char* kFooterStyle = "GDTrace";
inline constexpr const char* kGapStyle = "GDGap";
inline constexpr const char* kBareTable = "GDBare";
inline constexpr const char* kRuledTable = "GDRuled";

extern const char* const kContentTypes;
extern const char* const kPackageRelations;
extern const char* const kDocumentRelations;
extern const char* const kHeaderPart;
extern const char* const kStylesPart;

}  // namespace gandan::office
