const names: ReadonlySet<string> = new Set(
  `aio alloca assert byteswap complex cpio ctype dirent dlfcn elf endian err errno error execinfo fcntl features fenv
  float fmtmsg fnmatch fts ftw getopt glob grp iconv ifaddrs inttypes iso646 langinfo libgen libintl limits locale
  malloc math memory mntent monetary mqueue ndbm netdb nl_types obstack paths poll pthread pty pwd regex sched search
  semaphore setjmp signal spawn stdalign stdarg stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib
  stdnoreturn string strings stropts syscall sysexits syslog tar termios tgmath threads time trace uchar ucontext
  ulimit unistd utime utmp utmpx wait wchar wctype wordexp`.split(/\s+/),
);

/**
 * Headers that the C and C++ standards, POSIX or glibc promise: in angle brackets they mean the system's, even
 * when some folder of the project (a tiny libc, a boot loader) has one of that name. C++'s have no extension.
 */
export function isStandardHeader(raw: string): boolean {
  if (!raw.includes(".")) return !raw.includes("/");
  if (/^(sys|arpa|netinet)\/[\w-]+\.h$/.test(raw)) return true;
  return raw.endsWith(".h") && names.has(raw.slice(0, -2));
}
