extension String {
    /// Its UTF-8 where it lies: `withUTF8` wants a copy that may be changed, and a loop over `utf8` asks with every byte
    /// what kind of text it is.
    @inlinable
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        if let result = try utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = self
        return try copy.withUTF8(body)
    }
}
