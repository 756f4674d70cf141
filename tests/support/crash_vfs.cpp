#include "support/crash_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <vector>

namespace gandan::test {
namespace {

using Image = std::vector<char>;
constexpr std::size_t kSector = 512;

struct Change {
  enum Kind { write, truncate, remove } kind;
  std::size_t offset = 0;  // of a write; the new size of a truncate
  Image data = {};
};

// One path: what a power cut leaves at least, and what was done since.
struct File {
  bool linked = false;  // in its folder now
  bool exists = false;  // in its folder after a power cut
  Image durable;
  std::vector<Change> pending;
};

void apply(File& file, const Change& change) {
  switch (change.kind) {
    case Change::write:
      file.durable.resize(std::max(file.durable.size(), change.offset + change.data.size()));
      std::copy(change.data.begin(), change.data.end(),
                file.durable.begin() + static_cast<std::ptrdiff_t>(change.offset));
      break;
    case Change::truncate:
      file.durable.resize(change.offset);
      break;
    case Change::remove:
      file.exists = false;
      file.durable.clear();
      break;
  }
}

void sync_content(File& file) {
  for (const Change& change : file.pending) apply(file, change);
  file.pending.clear();
  file.exists = file.linked;
}

// The folder's entries are on the disk: what was removed is gone, what was made is there, if only empty.
void sync_entry(File& file) {
  for (std::size_t i = file.pending.size(); i-- > 0;) {
    if (file.pending[i].kind != Change::remove) continue;
    file.pending.erase(file.pending.begin(), file.pending.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    file.durable.clear();
    break;
  }
  file.exists = file.linked;
}

void apply_torn(File& file, const Change& change, std::mt19937_64& random) {
  if (change.kind != Change::write) {
    if (random() % 2 == 0) apply(file, change);
    return;
  }
  const std::size_t end = change.offset + change.data.size();
  for (std::size_t at = change.offset; at < end;) {
    const std::size_t next = std::min(end, (at / kSector + 1) * kSector);
    if (random() % 2 == 0) {
      const auto from = change.data.begin() + static_cast<std::ptrdiff_t>(at - change.offset);
      apply(file, {Change::write, at, Image(from, from + static_cast<std::ptrdiff_t>(next - at))});
    }
    at = next;
  }
}

}  // namespace

struct CrashState {
  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  std::map<std::string, File> files;
  CrashVfs::Counts counts;
  std::uint64_t power_left = 0;  // operations until the cut; 0: no cut planned
  bool cut = false;
  File* interrupted = nullptr;  // whose last change did not happen, as far as programs see
  CrashVfs::Fault fault = CrashVfs::Fault::none;
  std::uint64_t fault_in = 0;
  std::uint64_t fault_times = 0;

  // Counts an operation; true: the power is gone, with this operation or before.
  bool tick(std::uint64_t& counter) {
    if (cut) return true;
    ++counter;
    if (power_left > 0 && --power_left == 0) cut = true;
    return cut;
  }
  bool strikes(CrashVfs::Fault kind) {
    if (fault != kind || fault_times == 0) return false;
    if (fault_in > 1) {
      --fault_in;
      return false;
    }
    --fault_times;
    return true;
  }
  void sync_folder() {  // one folder is all that tests use
    for (auto& entry : files) sync_entry(entry.second);
  }
  File& file(const char* path) {
    const auto [at, fresh] = files.try_emplace(path);
    if (fresh) {
      std::ifstream in(path, std::ios::binary);
      at->second.exists = at->second.linked = in.good();
      if (in) at->second.durable.assign(std::istreambuf_iterator<char>(in), {});
    }
    return at->second;
  }
};

namespace {

struct Handle {
  sqlite3_file base;
  CrashState* state;
  File* file;        // absent for temporary files, which do not outlive a crash
  bool sync_folder;  // with the next sync
};
Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(&handle(file) + 1); }
CrashState& state(sqlite3_file* file) { return *handle(file).state; }
CrashState& state(sqlite3_vfs* vfs) { return *static_cast<CrashState*>(vfs->pAppData); }

int close_file(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  CrashState& s = state(file);
  if (s.cut || s.strikes(CrashVfs::Fault::read_error)) return SQLITE_IOERR_READ;
  ++s.counts.reads;
  return real(file)->pMethods->xRead(real(file), out, size, offset);
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  CrashState& s = state(file);
  if (s.cut) return SQLITE_IOERR_WRITE;
  const bool cut = s.tick(s.counts.writes);
  if (!cut && s.strikes(CrashVfs::Fault::disk_full)) return SQLITE_FULL;
  if (!cut && s.strikes(CrashVfs::Fault::write_error)) return SQLITE_IOERR_WRITE;
  if (handle(file).file != nullptr) {
    // The write at which the power goes may have arrived in part: restore_power decides.
    const char* bytes = static_cast<const char*>(data);
    handle(file).file->pending.push_back(
        {Change::write, static_cast<std::size_t>(offset), Image(bytes, bytes + size)});
  }
  if (cut) s.interrupted = handle(file).file;
  if (cut) return SQLITE_IOERR_WRITE;
  return real(file)->pMethods->xWrite(real(file), data, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  CrashState& s = state(file);
  if (s.cut) return SQLITE_IOERR_TRUNCATE;
  const bool cut = s.tick(s.counts.truncates);
  if (handle(file).file != nullptr)
    handle(file).file->pending.push_back({Change::truncate, static_cast<std::size_t>(size)});
  if (cut) s.interrupted = handle(file).file;
  if (cut) return SQLITE_IOERR_TRUNCATE;
  return real(file)->pMethods->xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int) {
  CrashState& s = state(file);
  if (s.tick(s.counts.syncs)) return SQLITE_IOERR_FSYNC;
  if (s.strikes(CrashVfs::Fault::sync_error)) return SQLITE_IOERR_FSYNC;
  if (handle(file).file != nullptr) sync_content(*handle(file).file);
  // The system's VFS syncs the folder with the first sync of a new journal.
  if (handle(file).sync_folder) s.sync_folder();
  handle(file).sync_folder = false;
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  if (state(file).cut) return SQLITE_IOERR_FSTAT;
  return real(file)->pMethods->xFileSize(real(file), size);
}

int lock(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int check_lock(sqlite3_file* file, int* out) {
  return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
int control(sqlite3_file* file, int op, void* out) {
  return real(file)->pMethods->xFileControl(real(file), op, out);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

// Version 2: no memory mapping, so that every read and write passes through here.
const sqlite3_io_methods kMethods = {
    2,        close_file,  read_file,  write_file, truncate_file, sync_file,       file_size,
    lock,     unlock,      check_lock, control,    sector_size,   characteristics, shm_map,
    shm_lock, shm_barrier, shm_unmap,  nullptr,    nullptr};

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  CrashState& s = state(vfs);
  Handle& mine = handle(file);
  mine.base.pMethods = nullptr;
  if (s.cut) return SQLITE_CANTOPEN;
  mine.state = &s;
  mine.file = nullptr;
  mine.sync_folder = false;
  constexpr int journals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
  constexpr int kept = SQLITE_OPEN_MAIN_DB | journals;
  if (path != nullptr && (flags & kept) != 0) mine.file = &s.file(path);
  const int result = s.real->xOpen(s.real, path, real(file), flags, out_flags);
  if (real(file)->pMethods != nullptr) mine.base.pMethods = &kMethods;
  if (result == SQLITE_OK && mine.file != nullptr) {
    mine.sync_folder = !mine.file->linked && (flags & journals) != 0;
    mine.file->linked = true;
  }
  return result;
}

int remove_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  CrashState& s = state(vfs);
  if (s.tick(s.counts.deletes)) return SQLITE_IOERR_DELETE;
  File& file = s.file(path);
  file.linked = false;
  file.pending.push_back({Change::remove});
  if (sync_folder != 0) s.sync_folder();
  return s.real->xDelete(s.real, path, 0);
}

int access_file(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
  if (state(vfs).cut) return SQLITE_IOERR_ACCESS;
  return state(vfs).real->xAccess(state(vfs).real, path, flags, out);
}
int full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
  return state(vfs).real->xFullPathname(state(vfs).real, path, size, out);
}
int randomness(sqlite3_vfs* vfs, int size, char* out) {
  return state(vfs).real->xRandomness(state(vfs).real, size, out);
}
int sleep_for(sqlite3_vfs* vfs, int us) { return state(vfs).real->xSleep(state(vfs).real, us); }
int current_time(sqlite3_vfs* vfs, double* out) {
  return state(vfs).real->xCurrentTime(state(vfs).real, out);
}
int last_error(sqlite3_vfs* vfs, int size, char* out) {
  return state(vfs).real->xGetLastError(state(vfs).real, size, out);
}
int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* out) {
  return state(vfs).real->xCurrentTimeInt64(state(vfs).real, out);
}

}  // namespace

CrashVfs::CrashVfs(std::string name) : state_(std::make_unique<CrashState>()) {
  CrashState& s = *state_;
  s.name = std::move(name);
  s.real = sqlite3_vfs_find("unix");
  if (s.real == nullptr) std::abort();
  s.vfs.iVersion = 2;
  s.vfs.szOsFile = static_cast<int>(sizeof(Handle)) + s.real->szOsFile;
  s.vfs.mxPathname = s.real->mxPathname;
  s.vfs.zName = s.name.c_str();
  s.vfs.pAppData = &s;
  s.vfs.xOpen = open_file;
  s.vfs.xDelete = remove_file;
  s.vfs.xAccess = access_file;
  s.vfs.xFullPathname = full_path;
  s.vfs.xRandomness = randomness;
  s.vfs.xSleep = sleep_for;
  s.vfs.xCurrentTime = current_time;
  s.vfs.xGetLastError = last_error;
  s.vfs.xCurrentTimeInt64 = current_time_ms;
  if (sqlite3_vfs_register(&s.vfs, 0) != SQLITE_OK) std::abort();
}

CrashVfs::~CrashVfs() {
  sqlite3mc_vfs_destroy(("multipleciphers-" + state_->name).c_str());  // the cipher's shim over this one
  sqlite3_vfs_unregister(&state_->vfs);
}

const std::string& CrashVfs::name() const { return state_->name; }
const CrashVfs::Counts& CrashVfs::counts() const { return state_->counts; }
void CrashVfs::cut_power_at(std::uint64_t n) { state_->power_left = n; }
bool CrashVfs::power_is_cut() const { return state_->cut; }

void CrashVfs::restore_power(Loss loss, std::uint64_t seed) {
  if (loss == Loss::killed) {
    if (state_->interrupted != nullptr) state_->interrupted->pending.pop_back();
    auto files = std::move(state_->files);
    forget();
    state_->files = std::move(files);
    return;
  }
  std::mt19937_64 random(seed);
  for (auto& [path, file] : state_->files) {
    if (loss != Loss::nothing) {
      if (loss == Loss::torn) {
        if (file.linked && random() % 2 == 0) file.exists = true;
        for (const Change& change : file.pending) apply_torn(file, change, random);
      }
      if (file.exists) {
        std::ofstream out(path, std::ios::binary | std::ios::trunc);
        out.write(file.durable.data(), static_cast<std::streamsize>(file.durable.size()));
      } else {
        std::remove(path.c_str());
      }
    }
  }
  forget();
}

void CrashVfs::fail_at(Fault fault, std::uint64_t n, std::uint64_t times) {
  state_->fault = fault;
  state_->fault_in = n;
  state_->fault_times = times;
}

void CrashVfs::forget() {
  state_->files.clear();  // read anew from the disk when they are opened again
  state_->counts = {};
  state_->power_left = 0;
  state_->cut = false;
  state_->interrupted = nullptr;
  state_->fault = Fault::none;
  state_->fault_in = state_->fault_times = 0;
}

}  // namespace gandan::test
