/// Why a text is no JSON that we take; `offset` is the byte at which it was seen.
package struct JSONFault: Error, Hashable {
    package let reason: String
    package let offset: Int
}
