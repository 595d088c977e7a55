import HTTP
import Testing

@testable import FastCGI

/// Takes one request from `bytes`, which come in pieces.
private func take(_ bytes: [UInt8], pieces: Int = 7, answers: ([UInt8]) -> Void = { _ in }) throws(Refusal)
    -> Arrival
{
    nonisolated(unsafe) var rest = bytes[...]
    var reader = RecordReader { buffer in
        let piece = rest.prefix(min(pieces, buffer.count))
        buffer.copyBytes(from: piece)
        rest = rest.dropFirst(piece.count)
        return piece.count
    }
    return try Arrival(from: &reader, reply: answers)
}

@Suite struct ArrivalTests {
    @Test(arguments: [1, 7, 100_000]) func `a request is taken from any pieces`(pieces: Int) throws {
        let arrival = try take(Wire.request("POST", "/x", body: [1, 2, 3]), pieces: pieces)
        #expect(arrival.id == 1)
        #expect(arrival.body == [1, 2, 3])
        #expect(try take(arrival.encoded) == arrival)
    }

    @Test func `padding is dropped, and the request's id kept`() throws {
        let bytes: [UInt8] =
            [1, 1, 2, 3, 0, 8, 4, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9] + [
                1, 4, 2, 3, 0, 4, 2, 0, 1, 1, 65, 66, 9, 9,
            ]
            + [1, 4, 2, 3, 0, 0, 0, 0] + [1, 5, 2, 3, 0, 0, 0, 0]
        let arrival = try take(bytes)
        #expect(arrival.id == 0x0203)
        #expect(arrival.parameters == [1, 1, 65, 66])
    }

    @Test func `a parameter longer than what is there is refused`() {
        for block: [UInt8] in [
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 65],
            [1, 1, 65], [0x80, 0, 0],
            [1],
        ] { #expect(!Arrival.areWellFormed(block)) }
        #expect(Arrival.areWellFormed([]))
        #expect(Arrival.areWellFormed([0, 0, 1, 0, 65, 0x80, 0, 0, 1, 2, 65, 66, 67]))
    }

    @Test func `a name or value that would end early as a C string is refused`() {
        #expect(!Arrival.areWellFormed([1, 1, 65, 0]))
        #expect(!Arrival.areWellFormed([2, 1, 65, UInt8(ascii: "="), 66]))
        #expect(Arrival.areWellFormed([1, 1, 65, UInt8(ascii: "=")]))
    }

    @Test func `too many parameters are dropped, and a long body is cut one record past its limit`() throws {
        let long = try take(
            Wire.begin() + Wire.stream(4, .init(repeating: 65, count: RequestLimits.parameterBytes + 1)),
            pieces: 9_999)
        #expect(long.isTooLong && long.parameters.isEmpty)
        let body = [UInt8](repeating: 1, count: 2_000_000)
        let arrival = try take(Wire.request("POST", "/x", body: body), pieces: 9_999)
        #expect(arrival.body.count > RequestLimits.largestBody)
        #expect(arrival.body.count < RequestLimits.largestBody + 65_536)
    }

    @Test func `only responders are called, and told otherwise in the protocol's words`() {
        #expect(throws: Refusal.unknownRole(1)) { try take(Wire.begin(role: 2)) }
        #expect(Refusal.unknownRole(1).farewell == [1, 3, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0])
        #expect(throws: Refusal.aborted(1)) { try take(Wire.begin() + Wire.record(2, [])) }
    }

    @Test func `records out of order are refused`() {
        let head = Wire.head("GET", "/", length: 0)
        for bytes in [
            Wire.record(4, []), Wire.begin() + Wire.begin(), Wire.begin() + Wire.record(5, []),
            head + Wire.record(4, []),
            head + [1, 5, 0, 2, 0, 0, 0, 0], [2] + Wire.begin().dropFirst(), Wire.record(1, [0, 1]),
            head + Wire.record(8, [1]),
        ] { #expect(throws: Refusal.illFormed) { try take(bytes) } }
    }

    @Test func `bytes that stop before the body's end give up before the parameters' end only`() throws {
        let bytes = Wire.head("POST", "/", length: 3)
        for count in 0..<bytes.count {
            #expect(throws: Refusal.gone) { try take(Array(bytes.prefix(count))) }
        }
        #expect(try take(bytes + Wire.record(5, [1, 2])).body == [1, 2])
    }

    @Test func `management records are answered, and the request goes on`() throws {
        var answers: [[UInt8]] = []
        let ask: [UInt8] = [1, 9, 0, 0, 0, 0, 0, 0, 1, 77, 0, 0, 0, 0, 0, 0]
        _ = try take(ask + Wire.request()) { answers.append($0) }
        #expect(answers == [[1, 10, 0, 0, 0, 0, 0, 0], [1, 11, 0, 0, 0, 8, 0, 0, 77, 0, 0, 0, 0, 0, 0, 0]])
    }
}
