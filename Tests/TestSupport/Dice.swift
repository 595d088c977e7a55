/// Chance that can be replayed: SplitMix64 from a seed, so a failure names its history.
package struct Dice: RandomNumberGenerator {
    private var state: UInt64
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    package mutating func roll(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }
    package mutating func chance(_ percent: Int64) -> Bool { roll(1...100) <= percent }
    package mutating func pick<Item>(_ items: [Item]) -> Item? { items.randomElement(using: &self) }
}
