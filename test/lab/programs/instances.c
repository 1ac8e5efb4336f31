// Stands in for a CPython that fires the instance probes (builds of old with the DTrace patch): no such one is at hand.
//
//     cc -O1 -pthread -o instances instances.c      (sys/sdt.h: Debian's systemtap-sdt-dev)
//     instances THREADS ROUNDS                      prints `ready`, begins at a line of input, prints what it did
//
// Each thread and round makes instances of each class and destroys them, nested up to three deep. The result, one line
// for each class: name and file in hexadecimal (`-` is NULL), created, destroyed, then of the outermost deletions alone
// their count, ns in all and the longest. One deletion is open before `ready`: its end comes without a beginning.
#define _GNU_SOURCE
#define _SDT_HAS_SEMAPHORES 1
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sdt.h>
#include <time.h>

#define SEMAPHORE(probe)                                                                                               \
  volatile unsigned short python_##probe##_semaphore __attribute__((used, section(".probes")))
SEMAPHORE(instance__new__start);
SEMAPHORE(instance__new__done);
SEMAPHORE(instance__delete__start);
SEMAPHORE(instance__delete__done);
SEMAPHORE(gc__done);
// As CPython's Python/pydtrace.h does: the arguments are not made ready while nobody listens.
#define FIRE(probe, of)                                                                                                \
  do {                                                                                                                 \
    if (__builtin_expect(python_##probe##_semaphore, 0)) STAP_PROBE2(python, probe, (of)->name, (of)->file);           \
  } while (0)

static char long_name[401];
static const struct class {
  const char *name, *file;
} classes[] = {
    {"Slow", "/srv/app.py"},
    {"Plain", "/srv/app.py"},
    {"Plain", "/srv/other.py"},
    {"Gr\303\266\303\237e \360\237\220\215", "/srv/gr\303\266\303\237e.py"},
    {"tab\there", "new\nline"},
    {"quote\"back\\slash", "%s%n\033[31m"},
    {"\377\376bad", "\200"},
    {"", ""},
    {long_name, "/srv/long.py"},
    {NULL, NULL},
};
enum { CLASSES = sizeof classes / sizeof *classes, DEPTH = 3 };
static long created[CLASSES], destroyed[CLASSES], outermost[CLASSES], sum[CLASSES], longest[CLASSES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long rounds;

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void create(int i) {
  FIRE(instance__new__start, &classes[i]);
  FIRE(instance__new__done, &classes[i]);
  __atomic_add_fetch(&created[i], 1, __ATOMIC_RELAXED);
}

static void destroy(int i, int depth, int slowly) {
  FIRE(instance__delete__start, &classes[i]);
  __atomic_add_fetch(&destroyed[i], 1, __ATOMIC_RELAXED);
  if (depth < DEPTH) destroy((i + depth) % CLASSES, depth + 1, slowly);
  else if (slowly) nanosleep(&(struct timespec){0, 5000000}, NULL);
  FIRE(instance__delete__done, &classes[i]);
}

static void *work(void *unused) {
  for (long round = 0; round < rounds; round++) {
    for (int i = 0; i < CLASSES; i++) {
      for (int n = 0; n <= i; n++) create(i);
      long began = now();
      destroy(i, 1, i == 0);
      long took = now() - began;
      pthread_mutex_lock(&lock);
      outermost[i]++;
      sum[i] += took;
      if (took > longest[i]) longest[i] = took;
      pthread_mutex_unlock(&lock);
    }
  }
  return unused;
}

static void hex(const char *text) {
  if (text == NULL) printf("-");
  else for (; *text; text++) printf("%02x", (unsigned char)*text);
  printf("\t");
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 4;
  rounds = argc > 2 ? atol(argv[2]) : 100;
  memset(long_name, 'x', sizeof long_name - 1);
  setvbuf(stdout, NULL, _IOLBF, 0);
  FIRE(instance__delete__start, &classes[1]);
  printf("ready\n");
  if (getchar() == EOF) return 0;
  FIRE(instance__delete__done, &classes[1]);
  pthread_t started[64];
  for (int i = 0; i < threads && i < 64; i++) pthread_create(&started[i], NULL, work, NULL);
  for (int i = 0; i < threads && i < 64; i++) pthread_join(started[i], NULL);
  if (python_gc__done_semaphore) STAP_PROBE1(python, gc__done, 0L);
  for (int i = 0; i < CLASSES; i++) {
    hex(classes[i].name);
    hex(classes[i].file);
    printf("%ld\t%ld\t%ld\t%ld\t%ld\n", created[i], destroyed[i], outermost[i], sum[i], longest[i]);
  }
  printf("done\n");
  while (getchar() != EOF) continue;
  return 0;
}
