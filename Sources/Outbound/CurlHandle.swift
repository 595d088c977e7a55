import CCurl

/// One libcurl handle with its kept connections. It serves one exchange at a time.
final class CurlHandle: @unchecked Sendable {
    // Unchecked: `OutboundClient` gives it to one thread at a time.
    let pointer: UnsafeMutableRawPointer

    init() {
        guard let pointer = outlet_curl_easy_init() else { preconditionFailure("libcurl makes a handle") }
        self.pointer = pointer
    }

    deinit { outlet_curl_easy_cleanup(pointer) }

    /// Forgets every option; connections stay.
    func reset() { outlet_curl_easy_reset(pointer) }

    func set(_ option: CURLoption, _ value: Int) {
        check(outlet_curl_set_number(pointer, option, value), option)
    }

    func set(_ option: CURLoption, size: Int) {
        check(outlet_curl_set_size(pointer, option, curl_off_t(size)), option)
    }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ text: String) {
        check(text.withCString { outlet_curl_set_pointer(pointer, option, $0) }, option)
    }

    /// What it points to has to outlive the exchange.
    func set(_ option: CURLoption, pointer value: UnsafeRawPointer?) {
        check(outlet_curl_set_pointer(pointer, option, value), option)
    }

    func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) {
        check(outlet_curl_set_list(pointer, option, list), option)
    }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        let code = outlet_curl_get_number(pointer, info, &value)
        precondition(code == CURLE_OK, "libcurl knows the figure")
        return value
    }

    /// The headers of the last answer, without those of interim answers and trailers.
    func headers() -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        var previous: UnsafeMutablePointer<curl_header>?
        while let next = outlet_curl_easy_nextheader(pointer, UInt32(CURLH_HEADER), -1, previous) {
            let name = String(cString: next.pointee.name).lowercased()
            headers.append((name, String(cString: next.pointee.value)))
            previous = next
        }
        return headers
    }

    private func check(_ code: CURLcode, _ option: CURLoption) {
        precondition(code == CURLE_OK, "libcurl takes option \(option.rawValue)")
    }
}
