import Domain
import Testing

private let events: [RentalEvent] = [.ready, .end(.user), .fail(.providerLost), .terminated]

/// A row for every status, a column for every event; nil is refused.
private let table: [RentalStatus: [RentalStatus?]] = [
    .provisioning: [.running, .stopping, .failed, nil],
    .running: [nil, .stopping, .failed, nil],
    .stopping: [nil, nil, nil, .stopped],
    .stopped: [nil, nil, nil, nil],
    .failed: [nil, nil, nil, nil],
]

@Test(arguments: RentalStatus.allCases)
func `a rental goes where the table says and nowhere else`(status: RentalStatus) throws {
    for (event, expected) in zip(events, try #require(table[status])) {
        if let expected {
            #expect(try next(status, on: event).status == expected)
        } else {
            #expect(throws: OutOfOrder.self) { try next(status, on: event) }
        }
    }
}

@Test(arguments: [RentalStatus.provisioning, .running])
func `whatever ends orders its pods to go`(status: RentalStatus) throws {
    #expect(try next(status, on: .end(.user)).effects.contains(.terminatePods))
    #expect(try next(status, on: .fail(.providerLost)).effects.contains(.terminatePods))
}
