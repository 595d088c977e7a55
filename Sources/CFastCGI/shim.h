#include <fcgiapp.h>
#include <fcgios.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
