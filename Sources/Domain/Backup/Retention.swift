/// Which snapshots are kept: the newest ones, and the last of each of the newest days (UTC) that have any.
package func keptSnapshots(_ instants: [Instant], newest: Int, days: Int) -> Set<Instant> {
    let sorted = instants.sorted(by: >)
    var kept = Set(sorted.prefix(newest))
    var seen: Set<Int64> = []
    for instant in sorted where seen.insert(instant.secondsSince1970 / 86_400).inserted && seen.count <= days
    {
        kept.insert(instant)
    }
    return kept
}
