// Pages as Word files (.docx: ECMA-376, ISO/IEC 29500, transitional), written with pugixml and libzip: for
// offices that add to a paper before it is signed. Named styles and real tables, so that Word and LibreOffice
// edit it as if it had been typed there; geometry as in print (Decree 30/2020/NĐ-CP, annex I).
//
// Threading: stateless.
#pragma once

#include "report/page.hpp"

namespace gandan::office {

const report::PageWriter& docx();

}  // namespace gandan::office
