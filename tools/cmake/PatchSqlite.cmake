# Writes OUT: the amalgamation IN with one fault of SQLite3MultipleCiphers 2.4.0 mended. Its VFS drops the result of a
# failed read and goes on with what lies in the buffer: a read error while the WAL is recovered then looks like the
# WAL's end, and saves that were acknowledged are lost. tests/unit/storage/crash_test.cpp fails without this.
# Mended upstream after 2.4.0 (utelle/SQLite3MultipleCiphers, pull request 272): drop this file with the next version.
cmake_minimum_required(VERSION 3.25)
file(READ "${IN}" text)
set(before "int rc = REALFILE(pFile)->pMethods->xRead(REALFILE(pFile), buffer, count, offset);
  if (rc == SQLITE_IOERR_SHORT_READ)")
set(after "int rc = REALFILE(pFile)->pMethods->xRead(REALFILE(pFile), buffer, count, offset);
  if (rc != SQLITE_OK)")
string(FIND "${text}" "${before}" first)
string(FIND "${text}" "${before}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last) # gone with an upgrade, or come twice
  message(FATAL_ERROR "SQLite's source is not as expected where PatchSqlite.cmake mends it")
endif()
string(REPLACE "${before}" "${after}" text "${text}")
file(WRITE "${OUT}" "${text}")
