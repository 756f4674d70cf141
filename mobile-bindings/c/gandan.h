/*
 * gandan.h: Gần Dân's core for every language that can call C. JSON in, JSON out.
 *
 *   char *error = NULL;
 *   gandan_notebook *notebook = gandan_open("{\"folder\":\"so\",\"passphrase\":\"…\"}", &error);
 *   char *answer = gandan_request(notebook, "{\"method\":\"status\",\"params\":{}}");
 *   … gandan_free(answer) … gandan_close(notebook)
 *
 * The methods, their parameters, results and errors: schema/api/gandan.openrpc.json. An answer is
 * {"ok": …} or {"error": {"code", "vi", "en", "retry", "exit", "detail", "fields"}}; "code" is stable.
 *
 * Encoding    All text is UTF-8 and ends with a zero byte; no JSON of ours has a zero byte in it. Members of
 *             an answer or event that you do not know are to be ignored, and kept where you hand them on.
 *
 * Ownership   What you pass in stays yours, and is copied before the call returns. Every char * that is
 *             returned is yours: give it back to gandan_free(), and to nothing else. What a callback gets
 *             lives until it returns.
 *
 * Threads     Every function may be called from any thread at any time. Each notebook has a thread of its
 *             own that does its requests in the order they came, so long work blocks nobody but who waits in
 *             gandan_request(). Callbacks run on the notebook's thread and must return soon; they may call
 *             gandan_submit() and gandan_cancel() of any notebook, but of their own neither gandan_request()
 *             nor gandan_wait() nor gandan_close(). fork(): a child must not touch its parent's notebook.
 *
 * Errors      No function throws, aborts or sets errno on bad input. NULL where JSON is expected is answered
 *             as request.bad. When memory runs out an answer may be NULL; nothing was lost by it: what was
 *             acknowledged is on the disk.
 *
 * Secrets     Keys that the core derives lie in memory of their own and are zeroised. A passphrase that came
 *             in as JSON was copied on its way, by you and by the parser; those copies are freed, not
 *             zeroised.
 *
 * Versions    GANDAN_ABI is what this header was written for; gandan_abi() is what the library is. They agree
 *             when the upper 16 bits are equal and the library's lower 16 bits are at least the header's:
 *             gandan_is_compatible(). A release that breaks a caller raises the upper half and the library's
 *             name (libgandan.so.N); one that adds functions raises the lower. Functions are never removed or
 *             changed within one upper half, no struct crosses the boundary, and no integer that is returned
 *             changes its meaning. What methods there are says app.version; the JSON grows by new members and
 *             methods only.
 */
#ifndef GANDAN_H
#define GANDAN_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(GANDAN_SHARED)
#define GANDAN_API __declspec(dllimport)
#elif defined(__GNUC__)
#define GANDAN_API __attribute__((visibility("default")))
#else
#define GANDAN_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define GANDAN_ABI_MAJOR 1
#define GANDAN_ABI_MINOR 0
#define GANDAN_ABI (((uint32_t)GANDAN_ABI_MAJOR << 16) | (uint32_t)GANDAN_ABI_MINOR)

/* Of the library that was loaded: major << 16 | minor. */
GANDAN_API uint32_t gandan_abi(void);
#define gandan_is_compatible() \
  ((gandan_abi() >> 16) == GANDAN_ABI_MAJOR && (gandan_abi() & 0xffffu) + 1u > GANDAN_ABI_MINOR)

/* The program's version, e.g. "0.1.0". Static: the one text that is not freed. */
GANDAN_API const char* gandan_version(void);

/* A notebook: at most one vault, open or locked. */
typedef struct gandan_notebook gandan_notebook;

/*
 * Opens a notebook. NULL when that fails; *error (unless `error` is NULL) is then the answer that says why,
 * and nothing was changed. Options, all optional:
 *
 *   "folder"      of the vault, as the system names files; absent: none, for methods that need none
 *   "create"      true: make the vault where there is none, with the passphrase or raw key
 *   "locked"      true: begin locked and open with vault.unlock; no key is needed
 *   "read_only"   true: nothing is saved, sent or taken in; what would answers vault.read_only
 *   "auto_lock"   seconds without a person's request after which it locks itself, unless the vault says
 *                 otherwise (vault.auto_lock); absent: 300; 0: never
 *   one of the ways to open it: "passphrase"; "pin" with "holder"; "recovery"; "token_pin"; "keystore", 64
 *                 hexadecimal digits that the platform's keystore keeps, alone or beside "pin"; "raw_key", 64
 *                 hexadecimal digits: the key of the pages itself
 *   "offline"     true: no network; what needs one answers net.none
 *   "clock"       {"start_ms", "step_ms"}: for tests: a clock that begins there, in milliseconds since 1970,
 *                 and goes on by that step with each request
 */
GANDAN_API gandan_notebook* gandan_open(const char* options, char** error);

/* 1: there is a vault in that folder; 0: there is none. */
GANDAN_API int32_t gandan_has_vault(const char* folder);

/*
 * Cancels what runs, answers "cancelled" to what waits, closes the vault. Nobody may use the notebook any
 * more, nor wait for it. NULL is fine.
 */
GANDAN_API void gandan_close(gandan_notebook* notebook);

/* {"method", "params", "background"?}: waits for its turn, and for the answer. */
GANDAN_API char* gandan_request(gandan_notebook* notebook, const char* request);

/*
 * The same without waiting: returns the request's id, from 1. With a callback its events and its answer go
 * there: with `done` 0 the progress of long work, {"number", "request": id, "method", counters}; with `done`
 * 1 the answer, once, as the last. Without a callback they go to gandan_wait(). 0: too many wait (256) or
 * there is no memory; nothing was or will be done, and the callback is not called.
 */
typedef void (*gandan_reply)(void* user, uint64_t id, int32_t done, const char* json);
GANDAN_API uint64_t gandan_submit(gandan_notebook* notebook, const char* request, gandan_reply callback,
                                  void* user);

/*
 * The next thing that happened, or NULL when nothing has within that time (0: at once; negative: for ever):
 *
 *   {"request": id, "answer": {"ok" or "error": …}}  of a gandan_submit() without a callback
 *   {"event": {"number", "request": id, …}}          its progress; with request 0 and method "vault.lock":
 *                                                    the vault has locked itself
 *
 * Answers are kept until they are fetched; of events the newest 256. Of several that wait one gets it.
 */
GANDAN_API char* gandan_wait(gandan_notebook* notebook, int64_t timeout_ms);

/* Ends that request at its next safe point, with code "cancelled"; 0: the one that runs. */
GANDAN_API void gandan_cancel(gandan_notebook* notebook, uint64_t id);

/* Gives back a text that this library returned. NULL is fine. */
GANDAN_API void gandan_free(char* text);

/*
 * What the library says of itself to whoever runs it, one line at a time: notebooks opened and closed,
 * methods with their code and time. Never a parameter, an answer, a secret or a path. Levels: 0 debug, 1
 * info, 2 warning, 3 error. From any thread, for all notebooks; NULL: silent, as at first.
 */
typedef void (*gandan_log)(void* user, int32_t level, const char* line);
GANDAN_API void gandan_set_log(gandan_log log, void* user, int32_t least);

/*
 * A ceiling, in bytes, for what all vaults of this process hold of the database in memory: pages, sorting,
 * search. What would go beyond is answered as memory.full and changes nothing. Returns the ceiling before; 0:
 * none, as at first; negative: only asks. At least 4 MiB are needed to open a vault; less is taken as that.
 *
 * Beside it a notebook holds what a request carries (at most 8 MiB), its answer, what one record or file
 * takes while it is read (32 MiB), a realm's roster and forms, and one batch of a sync (8 MiB). These are
 * bounded one by one, not by this ceiling.
 */
GANDAN_API int64_t gandan_set_memory_ceiling(int64_t bytes);

#ifdef __cplusplus
}
#endif

#endif
