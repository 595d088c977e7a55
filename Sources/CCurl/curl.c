#define _GNU_SOURCE
#include "CCurl.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define FUNCTIONS(each) \
    each(curl_global_init) each(curl_easy_init) each(curl_easy_reset) each(curl_easy_cleanup) \
    each(curl_easy_perform) each(curl_easy_nextheader) each(curl_easy_strerror) each(curl_easy_setopt) \
    each(curl_easy_getinfo) each(curl_slist_append) each(curl_slist_free_all) each(curl_url) \
    each(curl_url_cleanup) each(curl_url_get) each(curl_url_set) each(curl_free)

/* Of libcurl's own types, by its header: a function that is called otherwise than it is declared does not compile. */
#define FIELD(function) __typeof__(&function) function;
static struct { FUNCTIONS(FIELD) } lib;

static void fail(const char *fault) {
    fprintf(stderr, "libcurl cannot be used, install Debian's package libcurl4: %s\n", fault);
    _exit(127);
}

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) fail(dlerror());
#define FIND(function) if (!(*(void **)&lib.function = dlsym(library, #function))) fail(dlerror());
    FUNCTIONS(FIND)
    CURLcode code = lib.curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) fail(lib.curl_easy_strerror(code));
}

static void need(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
}

CURL *outlet_curl_easy_init(void) {
    need();
    return lib.curl_easy_init();
}
CURLU *outlet_curl_url(void) {
    need();
    return lib.curl_url();
}

void outlet_curl_easy_reset(CURL *curl) { lib.curl_easy_reset(curl); }
void outlet_curl_easy_cleanup(CURL *curl) { lib.curl_easy_cleanup(curl); }
CURLcode outlet_curl_easy_perform(CURL *curl) { return lib.curl_easy_perform(curl); }
struct curl_header *outlet_curl_easy_nextheader(
    CURL *curl, unsigned int origin, int request, struct curl_header *previous) {
    return lib.curl_easy_nextheader(curl, origin, request, previous);
}
const char *outlet_curl_easy_strerror(CURLcode code) { return lib.curl_easy_strerror(code); }

CURLcode outlet_curl_set_number(CURL *curl, CURLoption option, long value) {
    return lib.curl_easy_setopt(curl, option, value);
}
CURLcode outlet_curl_set_size(CURL *curl, CURLoption option, curl_off_t value) {
    return lib.curl_easy_setopt(curl, option, value);
}
CURLcode outlet_curl_set_pointer(CURL *curl, CURLoption option, const void *value) {
    return lib.curl_easy_setopt(curl, option, value);
}
CURLcode outlet_curl_set_list(CURL *curl, CURLoption option, struct curl_slist *value) {
    return lib.curl_easy_setopt(curl, option, value);
}
CURLcode outlet_curl_set_receiver(CURL *curl, CURLoption option, curl_write_callback value) {
    return lib.curl_easy_setopt(curl, option, value);
}
CURLcode outlet_curl_set_opener(CURL *curl, curl_opensocket_callback value) {
    return lib.curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, value);
}
CURLcode outlet_curl_set_starter(CURL *curl, curl_prereq_callback value) {
    return lib.curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, value);
}
CURLcode outlet_curl_set_progress(CURL *curl, curl_xferinfo_callback value) {
    return lib.curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, value);
}
CURLcode outlet_curl_get_number(CURL *curl, CURLINFO info, long *value) {
    return lib.curl_easy_getinfo(curl, info, value);
}

struct curl_slist *outlet_curl_slist_append(struct curl_slist *list, const char *text) {
    return lib.curl_slist_append(list, text);
}
void outlet_curl_slist_free_all(struct curl_slist *list) { lib.curl_slist_free_all(list); }

void outlet_curl_url_cleanup(CURLU *url) { lib.curl_url_cleanup(url); }
CURLUcode outlet_curl_url_get(const CURLU *url, CURLUPart part, char **text, unsigned int flags) {
    return lib.curl_url_get(url, part, text, flags);
}
CURLUcode outlet_curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags) {
    return lib.curl_url_set(url, part, text, flags);
}
void outlet_curl_free(void *memory) { lib.curl_free(memory); }
