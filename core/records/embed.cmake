# cmake -DOUT=x.cpp -DROOT=schema -P embed.cmake: the schema's files as C++ string literals, so that the core reads no
# disk and runs in a browser. Raw literals keep the text as it is; JSON cannot contain the delimiter by accident.
file(GLOB files RELATIVE "${ROOT}" "${ROOT}/records/*.json" "${ROOT}/rules/*.json" "${ROOT}/reports/*.json"
  "${ROOT}/calendars/*.json")
list(SORT files)
set(text "// Made by core/records/embed.cmake from schema/: do not edit.\n#include \"records/catalog.hpp\"\n\n")
string(APPEND text "namespace gandan::records {\n\n// Longer than the standard makes compilers take; every one that we build with takes them.\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\nconst std::vector<SchemaFile>& builtin_schema() {\n  static const std::vector<SchemaFile> files = {\n")
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" content)
  string(APPEND text "    {\"${file}\", R\"GANDAN(${content})GANDAN\"},\n")
endforeach()
string(APPEND text "  };\n  return files;\n}\n\n}  // namespace gandan::records\n")
file(WRITE "${OUT}" "${text}")
