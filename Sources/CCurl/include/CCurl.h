// libcurl, loaded by the first who asks for a handle or reads a URL. It brings thirty libraries along, and these take
// longer to load than all the rest of a program that calls nobody. The functions are libcurl's own, with `outlet_` before
// their names.
#ifndef CCURL_H
#define CCURL_H
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/// Loads libcurl when nobody has yet. Where it is not installed the process ends with 127 and a word of why, as it would
/// if it were linked to it: nothing here works without, and nothing is lost by an end anywhere.
CURL *outlet_curl_easy_init(void);
/// Loads libcurl, too.
CURLU *outlet_curl_url(void);

void outlet_curl_easy_reset(CURL *curl);
void outlet_curl_easy_cleanup(CURL *curl);
CURLcode outlet_curl_easy_perform(CURL *curl);
struct curl_header *outlet_curl_easy_nextheader(
    CURL *curl, unsigned int origin, int request, struct curl_header *previous);
const char *outlet_curl_easy_strerror(CURLcode code);

/// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one function for each type.
CURLcode outlet_curl_set_number(CURL *curl, CURLoption option, long value);
CURLcode outlet_curl_set_size(CURL *curl, CURLoption option, curl_off_t value);
CURLcode outlet_curl_set_pointer(CURL *curl, CURLoption option, const void *value);
CURLcode outlet_curl_set_list(CURL *curl, CURLoption option, struct curl_slist *value);
CURLcode outlet_curl_set_receiver(CURL *curl, CURLoption option, curl_write_callback value);
CURLcode outlet_curl_set_opener(CURL *curl, curl_opensocket_callback value);
CURLcode outlet_curl_set_starter(CURL *curl, curl_prereq_callback value);
CURLcode outlet_curl_set_progress(CURL *curl, curl_xferinfo_callback value);
CURLcode outlet_curl_get_number(CURL *curl, CURLINFO info, long *value);

struct curl_slist *outlet_curl_slist_append(struct curl_slist *list, const char *text);
void outlet_curl_slist_free_all(struct curl_slist *list);

void outlet_curl_url_cleanup(CURLU *url);
CURLUcode outlet_curl_url_get(const CURLU *url, CURLUPart part, char **text, unsigned int flags);
CURLUcode outlet_curl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags);
void outlet_curl_free(void *memory);
#endif
