#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct item {
  char name[64];
  int size;
};

char *copy_label(const char *label, const char *suffix, char *to) {
  size_t length = strlen(label) + 1;
  char *copy = malloc(length);
  if (copy == NULL)
    return NULL;
  /* ok: c.unbounded-copy */
  strcpy(copy, label);
  if (strlen(suffix) > 15)
    return copy;
  /* ok: c.unbounded-copy */
  strcpy(to, suffix);
  /* ruleid: c.unbounded-copy */
  strcat(to, getenv("LABEL"));
  return copy;
}

void join_names(char *line, const char *name, const char *other) {
  if (strlen(line) + strlen(name) < 64) {
    /* ok: c.unbounded-copy */
    strcat(line, name);
  }
  /* ruleid: c.unbounded-copy */
  strcat(line, other);
}

void read_name(char *buffer, const char *source, FILE *file) {
  char name[64];
  /* ruleid: c.gets */
  gets(buffer);
  /* ok: c.gets */
  fgets(buffer, 64, file);
  /* ruleid: c.unbounded-copy */
  strcpy(name, source);
  /* ok: c.unbounded-copy */
  strcpy(name, "none");
  /* ok: c.unbounded-copy */
  strcpy(name, DEFAULT_NAME);
  /* ruleid: c.unbounded-sprintf */
  sprintf(name, "hello %s", source);
  /* ok: c.unbounded-sprintf */
  sprintf(name, "%d items", 3);
  /* ok: c.unbounded-sprintf */
  sprintf(name, "%s\n", "unknown");
  /* ok: c.unbounded-sprintf */
  snprintf(name, sizeof(name), "hello %s", source);
  /* ruleid: c.scanf-unbounded */
  scanf("%s", name);
  /* ok: c.scanf-unbounded */
  scanf("%63s", name);
  /* ruleid: c.format-string */
  printf(source);
  /* ok: c.format-string */
  printf("%s", source);
  /* ok: c.format-string */
  printf("hello\n");
  /* ok: c.format-string */
  fprintf(stderr, "failed");
  /* ruleid: c.format-string */
  fprintf(stderr, source);
  /* ruleid: c.strncpy-no-terminator */
  strncpy(name, source, sizeof(name));
  /* ok: c.strncpy-no-terminator */
  strncpy(buffer, source, 63);
}

int main(int argc, char **argv) {
  char command[256];
  snprintf(command, sizeof(command), "ls %s", argv[1]);
  /* ruleid: c.argv-command-taint */
  system(command);
  /* ruleid: c.argv-command-taint */
  popen(getenv("PAGER"), "w");
  /* ok: c.argv-command-taint */
  system("uptime");
  return argc;
}

struct item *make(struct item *item, struct item *other) {
  /* ruleid: c.use-after-free */
  free(item);
  log_item("gone", item);
  /* ruleid: c.double-free */
  free(other);
  free(other);
  return NULL;
}

void grow(char *buffer, size_t size) {
  struct item *first;
  /* ruleid: c.realloc-same-pointer */
  buffer = realloc(buffer, size * 2);
  /* ok: c.realloc-same-pointer */
  char *larger = realloc(buffer, size * 2);
  /* ruleid: c.sizeof-pointer */
  first = malloc(sizeof(first));
  /* ok: c.sizeof-pointer */
  first = malloc(sizeof(*first));
  use(larger, first);
}

void scratch(const char *path) {
  char template[] = "/tmp/fileXXXXXX";
  FILE *file;
  /* ruleid: c.mktemp */
  mktemp(template);
  /* ok: c.mktemp */
  mkstemp(template);
  /* ruleid: c.access-then-open */
  if (access(path, R_OK) == 0) {
    file = fopen(path, "r");
  }
  /* ok: c.access-then-open */
  file = fopen(path, "r");
}

int secrets(SSL_CTX *context, int state) {
  /* ruleid: c.rand-secret */
  int session_token = rand();
  /* ok: c.rand-secret */
  int colour = rand();
  /* ruleid: c.weak-hash */
  use(EVP_md5());
  /* ok: c.weak-hash */
  use(EVP_sha256());
  /* ruleid: c.tls-verify-none */
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
  /* ok: c.tls-verify-none */
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  /* ruleid: c.assignment-in-condition */
  if (state = 1) {
    return colour;
  }
  /* ok: c.assignment-in-condition */
  if (state == 1) {
    return session_token;
  }
  return 0;
}
