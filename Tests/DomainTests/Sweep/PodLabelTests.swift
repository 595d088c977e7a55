import Domain
import Testing

@Suite struct PodLabelTests {
    let rental = ID<Rental>("rent_01J8Z3M4Q5R6S7T8V9W0X1Y2Z3")!

    @Test func `a label says site, rental and attempt, and reads back`() {
        let label = PodLabel(site: "lab", rental: rental, number: 12)
        #expect(label.description == "outlet-lab-01j8z3m4q5r6s7t8v9w0x1y2z3-12")
        #expect(PodLabel(label.description) == label)
    }

    @Test(arguments: [
        "", "outlet-lab", "outlet-lab-stranger-1", "outlet--01j8z3m4q5r6s7t8v9w0x1y2z3-1",
        "outlet-lab-01j8z3m4q5r6s7t8v9w0x1y2z3", "outlet-lab-01j8z3m4q5r6s7t8v9w0x1y2z3-0",
        "outlet-lab-01j8z3m4q5r6s7t8v9w0x1y2z3-01", "outlet-lab-01j8z3m4q5r6s7t8v9w0x1y2z3-+1",
        "outlet-lab-01J8Z3M4Q5R6S7T8V9W0X1Y2Z3-1", "outlet-lab-01j8z3m4q5r6s7t8v9w0x1y2z3-1-1",
        "my-outlet-lab-01j8z3m4q5r6s7t8v9w0x1y2z3-1", "outlet-lab-01j8z3m4q5r6s7t8v9w0x1y2zu-1",
    ])
    func `what an outlet does not write is no label`(text: String) {
        #expect(PodLabel(text) == nil)
    }

    @Test func `a label knows when its rental was asked for`() {
        let ulid = ULID(milliseconds: 1_780_272_000_999, random: (1, 2))
        let label = PodLabel(site: "lab", rental: ID(ulid), number: 1)
        #expect(label.launchedAt == Instant(1_780_272_000))
    }
}
