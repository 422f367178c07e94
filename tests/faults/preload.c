/* A preload library that fails one chosen system call of a command, in whichever of its processes it comes.

   Calls are counted by kind, and only those on files below the watched folders. The state is a file that all processes
   of the command map (its path is in FAULT_STATE), so that they share one counter. `injection.py` has the same layout. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#undef open
#undef open64
#undef openat
#undef openat64

enum kind { WRITE, FSYNC, RENAME, OPEN, CREATE, MMAP, FTRUNCATE, MKDIR, CLOSE, KINDS };
enum { FOLDERS = 2, HALF = -1 };

struct state {
    _Atomic int32_t armed;
    int32_t kind;    /* of the calls that fail */
    int32_t error;   /* errno, or HALF: a write that takes half of the bytes */
    int32_t lasting; /* whether all calls after the nth fail, too */
    int64_t nth;     /* counts from 1; 0 fails none */
    _Atomic int64_t counts[KINDS];
    _Atomic int64_t injected;
    char path[PATH_MAX]; /* of the first call that failed */
    char folders[FOLDERS][PATH_MAX];
};

static struct state *state;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void map_state(void) {
    const char *path = getenv("FAULT_STATE");
    int file = path ? REAL(open)(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *memory = REAL(mmap)(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory != MAP_FAILED) state = memory;
    REAL(close)(file);
}

static int watched(const char *path) {
    for (int i = 0; i < FOLDERS; i++) {
        size_t length = strlen(state->folders[i]);
        if (length && !strncmp(path, state->folders[i], length)) return 1;
    }
    return 0;
}

static int armed(void) { return state && atomic_load(&state->armed); }

/* Counts a call; returns the error that it fails with, or 0. */
static int fault(enum kind kind, const char *path) {
    if (!watched(path) || (kind == CLOSE && !strncmp(path, "/dev/shm/", 9))) return 0;
    int64_t number = atomic_fetch_add(&state->counts[kind], 1) + 1;
    if (!state->nth || (int)kind != state->kind) return 0;
    if (number < state->nth || (number > state->nth && !state->lasting)) return 0;
    if (!atomic_fetch_add(&state->injected, 1)) snprintf(state->path, PATH_MAX, "%s", path);
    return state->error;
}

static int descriptor_path(int descriptor, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    return length > 0;
}

static int fault_on(enum kind kind, int descriptor) {
    char path[PATH_MAX];
    int before = errno, error = 0;
    if (armed() && descriptor >= 0 && descriptor_path(descriptor, path)) error = fault(kind, path);
    errno = error > 0 ? error : before;
    return error;
}

static int fault_at(enum kind kind, int folder, const char *name) {
    char path[2 * PATH_MAX];
    int before = errno, error = 0;
    if (armed() && name) {
        path[0] = 0;
        if (name[0] != '/') {
            if (folder == AT_FDCWD ? !getcwd(path, PATH_MAX) : !descriptor_path(folder, path)) path[0] = 0;
            strcat(path, "/");
        }
        strncat(path, name, PATH_MAX - 1);
        error = fault(kind, path);
    }
    errno = error > 0 ? error : before;
    return error;
}

/* Writing: HALF of the bytes, at least one. */

static size_t half(size_t count) { return count > 1 ? count / 2 : count; }

#define WRITING(name, ...)                                       \
    int error = fault_on(WRITE, file);                           \
    if (error > 0) return -1;                                    \
    if (error == HALF) count = half(count);                      \
    return REAL(name)(file, bytes, count __VA_OPT__(, ) __VA_ARGS__)

ssize_t write(int file, const void *bytes, size_t count) { WRITING(write); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { WRITING(pwrite, at); }
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) { WRITING(pwrite64, at); }

ssize_t writev(int file, const struct iovec *parts, int count) {
    return fault_on(WRITE, file) > 0 ? -1 : REAL(writev)(file, parts, count);
}

/* The disk's own time is none of the sweep's business: what should be synced is not. */
int fsync(int file) { return fault_on(FSYNC, file) ? -1 : armed() ? 0 : REAL(fsync)(file); }
int fdatasync(int file) { return fault_on(FSYNC, file) ? -1 : armed() ? 0 : REAL(fdatasync)(file); }

int rename(const char *old, const char *new) {
    return fault_at(RENAME, AT_FDCWD, new) ? -1 : REAL(rename)(old, new);
}
int renameat(int from, const char *old, int to, const char *new) {
    return fault_at(RENAME, to, new) ? -1 : REAL(renameat)(from, old, to, new);
}
int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    return fault_at(RENAME, to, new) ? -1 : REAL(renameat2)(from, old, to, new, flags);
}

#define OPENING(folder, path)                                                        \
    va_list rest;                                                                    \
    va_start(rest, how);                                                             \
    int makes = how & O_CREAT || (how & O_TMPFILE) == O_TMPFILE;                     \
    mode_t mode = makes ? va_arg(rest, mode_t) : 0;                                  \
    va_end(rest);                                                                    \
    if (fault_at(makes ? CREATE : OPEN, folder, path)) return -1

int open(const char *path, int how, ...) { OPENING(AT_FDCWD, path); return REAL(open)(path, how, mode); }
int open64(const char *path, int how, ...) { OPENING(AT_FDCWD, path); return REAL(open64)(path, how, mode); }
int openat(int folder, const char *path, int how, ...) {
    OPENING(folder, path);
    return REAL(openat)(folder, path, how, mode);
}
int openat64(int folder, const char *path, int how, ...) {
    OPENING(folder, path);
    return REAL(openat64)(folder, path, how, mode);
}

static enum kind stream_kind(const char *how) { return how[0] == 'r' ? OPEN : CREATE; }

FILE *fopen(const char *path, const char *how) {
    return fault_at(stream_kind(how), AT_FDCWD, path) ? NULL : REAL(fopen)(path, how);
}
FILE *fopen64(const char *path, const char *how) {
    return fault_at(stream_kind(how), AT_FDCWD, path) ? NULL : REAL(fopen64)(path, how);
}
DIR *opendir(const char *path) { return fault_at(OPEN, AT_FDCWD, path) ? NULL : REAL(opendir)(path); }

int shm_open(const char *name, int how, mode_t mode) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "/dev/shm/%s", name + (name[0] == '/'));
    return fault_at(how & O_CREAT ? CREATE : OPEN, AT_FDCWD, path) ? -1 : REAL(shm_open)(name, how, mode);
}

void *mmap(void *at, size_t size, int rights, int how, int file, off_t offset) {
    return fault_on(MMAP, file) ? MAP_FAILED : REAL(mmap)(at, size, rights, how, file, offset);
}
void *mmap64(void *at, size_t size, int rights, int how, int file, off64_t offset) {
    return fault_on(MMAP, file) ? MAP_FAILED : REAL(mmap64)(at, size, rights, how, file, offset);
}

int ftruncate(int file, off_t size) { return fault_on(FTRUNCATE, file) ? -1 : REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { return fault_on(FTRUNCATE, file) ? -1 : REAL(ftruncate64)(file, size); }
int fallocate(int file, int how, off_t at, off_t size) {
    return fault_on(FTRUNCATE, file) ? -1 : REAL(fallocate)(file, how, at, size);
}
/* These return the error instead of setting errno. */
int posix_fallocate(int file, off_t at, off_t size) {
    int error = fault_on(FTRUNCATE, file);
    return error ? error : REAL(posix_fallocate)(file, at, size);
}
int posix_fallocate64(int file, off64_t at, off64_t size) {
    int error = fault_on(FTRUNCATE, file);
    return error ? error : REAL(posix_fallocate64)(file, at, size);
}

int mkdir(const char *path, mode_t mode) { return fault_at(MKDIR, AT_FDCWD, path) ? -1 : REAL(mkdir)(path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) {
    return fault_at(MKDIR, folder, path) ? -1 : REAL(mkdirat)(folder, path, mode);
}

/* Only what was written to a disk can fail so late; the descriptor is gone all the same, as on Linux. */
int close(int file) {
    int how = armed() ? fcntl(file, F_GETFL) : -1;
    int error = how != -1 && (how & O_ACCMODE) != O_RDONLY ? fault_on(CLOSE, file) : 0;
    if (!error) return REAL(close)(file);
    REAL(close)(file);
    errno = error;
    return -1;
}
