/* Has the n-th call of a kind fail, as FAULT_CALL, FAULT_AT and FAULT_CODE say, and makes FAULT_MARK then. Calls on what is
   no file (pipes, terminals) do not count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long seen;

static int is_due(const char *call) {
  const char *wanted = getenv("FAULT_CALL");
  if (!wanted || strcmp(wanted, call)) return 0;
  if (__sync_add_and_fetch(&seen, 1) != atol(getenv("FAULT_AT"))) return 0;
  int mark = syscall(SYS_openat, AT_FDCWD, getenv("FAULT_MARK"), O_CREAT | O_WRONLY, 0600);
  if (mark >= 0) syscall(SYS_close, mark);
  errno = atoi(getenv("FAULT_CODE"));
  return 1;
}

static int is_file(int fd) {
  struct stat found;
  return fd > 2 && fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t length) {
  if (is_file(fd) && is_due("write")) return -1;
  return REAL(write)(fd, bytes, length);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  if (is_file(fd) && is_due("write")) return -1;
  return REAL(pwrite64)(fd, bytes, length, at);
}
ssize_t read(int fd, void *bytes, size_t length) {
  if (is_file(fd) && is_due("read")) return -1;
  return REAL(read)(fd, bytes, length);
}
ssize_t pread64(int fd, void *bytes, size_t length, off64_t at) {
  if (is_file(fd) && is_due("read")) return -1;
  return REAL(pread64)(fd, bytes, length, at);
}
int fsync(int fd) {
  if (is_due("sync")) return -1;
  return REAL(fsync)(fd);
}
int rename(const char *from, const char *to) {
  if (is_due("rename")) return -1;
  return REAL(rename)(from, to);
}
int unlink(const char *name) {
  if (is_due("unlink")) return -1;
  return REAL(unlink)(name);
}
int mkdir(const char *name, mode_t mode) {
  if (is_due("mkdir")) return -1;
  return REAL(mkdir)(name, mode);
}
int open64(const char *name, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | __O_TMPFILE)) {
    va_list more;
    va_start(more, flags);
    mode = va_arg(more, mode_t);
    va_end(more);
  }
  /* Without files that have no names, temporary names are used. */
  if (getenv("FAULT_NAMED") && (flags & __O_TMPFILE) == __O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  if (is_due("open")) return -1;
  return REAL(open64)(name, flags, mode);
}
