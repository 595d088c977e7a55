import Domain
import Providers
import Testing

@Suite struct `A fault of a provider` {
    @Test(arguments: [
        (ProviderFault.noCapacity("sold out"), "no capacity (sold out)"),
        (.auth("401"), "the provider refuses the outlet's credentials (401)"),
        (.payment("balance"), "the provider asks the outlet for payment (balance)"),
        (.rateLimited(after: Seconds(5)), "the provider limits the outlet's requests"),
        (.invalid("no such image"), "the provider refuses the order (no such image)"),
        (.notFound, "not found"), (.conflict("is starting"), "not possible now (is starting)"),
        (.transient("no route"), "the provider failed (no route)"),
    ])
    func `is told in words, in logs and reports too`(fault: ProviderFault, words: String) {
        #expect("\(fault as any Error)" == words)
    }
}
