#include <fcgiapp.h>
#include <fcgios.h>
#include <linux/memfd.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

/* glibc declares it for _GNU_SOURCE only, which a module cannot ask for. */
int memfd_create(const char *name, unsigned int flags);
