/*
 * The whole of gandan.h in one small program: makes a vault in a folder and asks it a few things.
 *
 *   cc example.c $(pkg-config --cflags --libs gandan) && ./a.out FOLDER
 */
#include <gandan.h>
#include <stdio.h>
#include <string.h>

static int answers;

static void on_reply(void* user, uint64_t id, int32_t done, const char* json) {
  (void)user;
  printf("%s of request %lu: %.60s\n", done ? "answer" : "progress", (unsigned long)id, json);
  answers += done;
}

static void on_log(void* user, int32_t level, const char* line) {
  fprintf((FILE*)user, "[%d] %s\n", (int)level, line);
}

/* Prints an answer, gives it back, and says whether it was "ok". */
static int take(char* answer) {
  int ok = answer != NULL && strncmp(answer, "{\"ok\":", 6) == 0;
  printf("%.100s\n", answer == NULL ? "no memory" : answer);
  gandan_free(answer);
  return ok;
}

int main(int argc, char** argv) {
  char options[1000];
  char* error = NULL;
  char* next;
  gandan_notebook* notebook;
  uint64_t id;
  int ok;

  if (argc != 2 || strchr(argv[1], '"') != NULL || strlen(argv[1]) > 800) return 2;
  if (!gandan_is_compatible()) {
    fprintf(stderr, "the library is another one than this program was made for\n");
    return 2;
  }
  printf("gandan %s\n", gandan_version());
  gandan_set_log(on_log, stderr, 1);
  gandan_set_memory_ceiling((int64_t)64 << 20);

  sprintf(options,
          "{\"folder\":\"%s\",\"create\":true,\"passphrase\":\"m\xE1\xBA\xADt kh\xE1\xBA\xA9u d\xC3\xA0i\"}",
          argv[1]);
  notebook = gandan_open(options, &error);
  if (notebook == NULL) {
    take(error);
    return 1;
  }
  ok = gandan_has_vault(argv[1]) == 1;
  ok = take(gandan_request(notebook, "{\"method\":\"app.version\"}")) && ok;
  ok = !take(gandan_request(notebook, "{\"method\":\"no.such\"}")) && ok;

  /* Without waiting: one answer by callback, one fetched. */
  id = gandan_submit(notebook, "{\"method\":\"vault.check\"}", on_reply, NULL);
  ok = id != 0 && ok;
  id = gandan_submit(notebook, "{\"method\":\"vault.lock\"}", NULL, NULL);
  next = gandan_wait(notebook, 30000);
  ok = next != NULL && strstr(next, "\"locked\":true") != NULL && ok;
  ok = answers == 1 && ok; /* requests are done in order */
  gandan_free(next);
  gandan_cancel(notebook, id); /* it is done: nothing happens */
  gandan_close(notebook);
  puts(ok ? "fine" : "not fine");
  return ok ? 0 : 1;
}
