/* A tracer's stand-in that writes event lines at a fixed rate and measures how long it sat in write(2).
 *
 *     producer BLOCK LINES_PER_SECOND STATS
 *
 * BLOCK holds event lines whose times are 16 digits, ns from its start; it is written again and again with the times of
 * now. Every half second STATS gets a line: ns in write, ns in all, lines, all since the start. SIGTERM ends it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t over;
static void end(int signal) { (void)signal; over = 1; }
static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}
static long long inside;
static void put(const char *text, size_t length) {
  long long began = now();
  while (length > 0) {
    ssize_t n = write(1, text, length);
    if (n < 0) { if (over) break; continue; }
    text += n;
    length -= (size_t)n;
  }
  inside += now() - began;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  struct sigaction action = { .sa_handler = end };
  sigaction(SIGTERM, &action, NULL);
  int fd = open(argv[1], O_RDONLY);
  struct stat stat;
  if (fd < 0 || fstat(fd, &stat) != 0) return 2;
  size_t size = (size_t)stat.st_size;
  char *block = malloc(size), *out = malloc(size);
  for (size_t at = 0; at < size;) {
    ssize_t n = read(fd, block + at, size - at);
    if (n <= 0) return 2;
    at += (size_t)n;
  }
  long long rate = atoll(argv[2]), start = now(), lines = 0, base = start, last = 0;
  char line[200];
  int length = snprintf(line, sizeof line, "H\t1\t%lld\t%lld000000000\tcalls\tdtrace\nA\t%lld\n", start, (long long)time(NULL), start);
  put(line, (size_t)length);
  size_t at = 0;
  long long begun = now(), told = begun;
  FILE *stats = fopen(argv[3], "w");
  if (!stats) return 2;
  inside = 0;
  while (!over) {
    long long due = (now() - begun) * rate / 1000000000LL;
    size_t used = 0;
    for (; lines < due && used < 60000; lines++) {
      if (at >= size) { at = 0; base += last + 1000; }
      char *from = block + at;
      size_t n = (size_t)((char *)memchr(from, '\n', size - at) - from) + 1;
      memcpy(out + used, from, n);
      last = 0;
      for (int i = 2; i < 18; i++) last = last * 10 + (from[i] - '0');
      long long ts = base + last;
      for (int i = 17; i >= 2; i--, ts /= 10) out[used + (size_t)i] = (char)('0' + ts % 10);
      used += n;
      at += n;
    }
    if (used > 0) put(out, used);
    if (now() - told > 500000000LL) {
      told = now();
      fprintf(stats, "%lld %lld %lld\n", inside, told - begun, lines);
      fflush(stats);
    }
    if (lines >= due) { struct timespec nap = { 0, 1000000 }; nanosleep(&nap, NULL); }
  }
  length = snprintf(line, sizeof line, "Z\t%lld\t%lld\n\n", now(), lines);
  put(line, (size_t)length);
  return 0;
}
