/// What containers write, as the engine sends it: frames of 8 bytes of head (stream, three zeros, length from the high
/// byte down) and text.
enum EngineStream {
    /// Both streams in the order of their frames. Bytes that are no frames are taken as they are: a container with a
    /// terminal has none.
    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var rest = bytes[...]
        while rest.count >= 8 {
            let head = [UInt8](rest.prefix(8))
            guard head[0] <= 2, head[1...3].allSatisfy({ $0 == 0 }) else {
                return String(decoding: text.isEmpty ? bytes : text + rest, as: UTF8.self)
            }
            let length = head[4...].reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(8)
            text += rest.prefix(length)
            rest = rest.dropFirst(length)
        }
        return String(decoding: text.isEmpty && bytes.count < 8 ? bytes : text, as: UTF8.self)
    }
}
