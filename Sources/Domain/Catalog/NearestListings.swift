/// What to show to one whose wish nothing meets: at most three of `listings` that nearly do.
/// First the same family with another number of GPUs, region or provider; then other families with the same number.
/// `listings` come cheapest first, and stay so within both groups.
package func nearestListings(family: String, gpuCount: Int, among listings: [Listing]) -> [Listing] {
    let sameFamily = listings.filter { $0.family == family }
    let sameCount = listings.filter { $0.family != family && $0.gpuCount == gpuCount }
    return Array((sameFamily + sameCount).prefix(3))
}
