/* Loaded before everything else, lets the n-th call that changes a file fail, or kills the process there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long seen;
static long wanted;
static int number;
static const char *failed = "";

/* n = 0: let everything pass; n < 0: only count; error < 0: SIGKILL instead of an error. */
void fault_arm(long n, int error) { atomic_store(&seen, 0); failed = ""; number = error; wanted = n; }
long fault_count(void) { return atomic_load(&seen); }
const char *fault_name(void) { return failed; }

static int fails(const char *name) {
    if (wanted == 0) return 0;
    if (atomic_fetch_add(&seen, 1) + 1 != wanted) return 0;
    failed = name;
    if (number < 0) kill(getpid(), SIGKILL);
    errno = number;
    return 1;
}

static int is_file(int fd) {
    struct stat about;
    int before = errno, file = wanted != 0 && fd > 2 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
    errno = before;
    return file;
}

static int is_ours(const char *path) {
    return wanted != 0 && strncmp(path, "/dev/", 5) && strncmp(path, "/proc/", 6) && strncmp(path, "/sys/", 5);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_FILE(result, name, signature, arguments) \
    result name signature { if (is_file(fd) && fails(#name)) return -1; return NEXT(name) arguments; }
#define ON_PATH(result, name, signature, arguments) \
    result name signature { if (is_ours(path) && fails(#name)) return -1; return NEXT(name) arguments; }

ON_FILE(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
ON_FILE(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
ON_FILE(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
ON_FILE(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
ON_FILE(int, fsync, (int fd), (fd))
ON_FILE(int, fdatasync, (int fd), (fd))
ON_FILE(int, ftruncate, (int fd, off_t size), (fd, size))
ON_FILE(int, ftruncate64, (int fd, off64_t size), (fd, size))
ON_PATH(int, mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(int, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
ON_PATH(int, rename, (const char *path, const char *to), (path, to))
ON_PATH(int, renameat, (int a, const char *path, int b, const char *to), (a, path, b, to))
ON_PATH(int, renameat2, (int a, const char *path, int b, const char *to, unsigned flags), (a, path, b, to, flags))
ON_PATH(int, link, (const char *path, const char *to), (path, to))
ON_PATH(int, linkat, (int a, const char *path, int b, const char *to, int flags), (a, path, b, to, flags))
ON_PATH(int, unlink, (const char *path), (path))
ON_PATH(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))

#define OPENING(name, signature, arguments) \
    int name signature { \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
        if ((flags & (O_CREAT | O_WRONLY | O_RDWR | O_TRUNC)) && is_ours(path) && fails(#name)) return -1; \
        return NEXT(name) arguments; \
    }

OPENING(open, (const char *path, int flags, ...), (path, flags, mode))
OPENING(open64, (const char *path, int flags, ...), (path, flags, mode))
OPENING(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
OPENING(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
