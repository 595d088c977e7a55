import Domain
import Testing

private func listing(
    _ number: UInt64, _ cents: Int64, family: String = "h100-80gb", model: String = "H100_SXM_80GB",
    vram: Int = 80,
    count: Int = 1, region: String = "US-East", code: String = "US", provider: String = "local",
    at: Int64 = 1_000
) -> Listing {
    Listing(
        id: ID(ULID(milliseconds: 1, random: (0, number))), provider: provider, offerKey: "\(number)",
        family: family,
        model: model, vramGB: vram, gpuCount: count, price: HourlyRate(centsPerHour: cents)!, region: region,
        regionCode: code, interconnect: nil, availability: .available, reliability: nil, note: nil,
        observedAt: Instant(at))
}

private func pages(of catalog: CatalogSnapshot, size: Int) throws -> [[Listing]] {
    var (pages, cursor): ([[Listing]], String?) = ([], nil)
    repeat {
        let page = try catalog.page(filter: CatalogFilter(), after: cursor, size: size)
        pages.append(page.listings)
        cursor = page.next
    } while cursor != nil
    return pages
}

@Suite struct `The catalog` {
    @Test func `listings come cheapest first, ties by id`() {
        let catalog = CatalogSnapshot([listing(3, 200), listing(2, 100), listing(1, 200)])
        #expect(catalog.listings.map(\.offerKey) == ["2", "1", "3"])
    }

    @Test(arguments: 1...8)
    func `pages of any size hold everything once`(size: Int) throws {
        let catalog = CatalogSnapshot((1...7).map { listing($0, 100 + Int64($0 % 3)) })
        let pages = try pages(of: catalog, size: size)
        #expect(pages.flatMap { $0 } == catalog.listings)
        #expect(pages.count == (7 + size - 1) / size)
    }

    @Test func `a row added before or taken at the cursor shifts no page`() throws {
        let all = (1...4).map { listing($0, Int64($0) * 100) }
        let next = try CatalogSnapshot(all).page(filter: CatalogFilter(), after: nil, size: 2).next
        let later = CatalogSnapshot([listing(9, 50), all[0], all[2], all[3]])
        let page = try later.page(filter: CatalogFilter(), after: next, size: 2)
        #expect(page.listings == [all[2], all[3]])
        #expect(page.next == nil)
    }

    @Test(arguments: [
        "", "x", "!!!!", "MTAw", Base64.encode("+65:lst_00000000000000000000000000".utf8, as: .url),
    ])
    func `a spoiled cursor is refused`(cursor: String) {
        #expect(throws: CursorRefusal()) {
            try CatalogSnapshot([]).page(filter: CatalogFilter(), after: cursor, size: 1)
        }
    }

    @Test func `every filter narrows by its own field`() {
        let one = listing(1, 280)
        func matches(_ set: (inout CatalogFilter) -> Void) -> Bool {
            var filter = CatalogFilter()
            set(&filter)
            return filter.matches(one)
        }
        #expect(
            matches { $0.model = "h100" } && matches { $0.model = "H100_SXM_80GB" }
                && !matches { $0.model = "H200" })
        #expect(matches { $0.family = "h100-80gb" } && !matches { $0.family = "h100" })
        #expect(matches { $0.minVRAMGB = 80 } && !matches { $0.minVRAMGB = 81 })
        #expect(matches { $0.gpuCount = 1 } && !matches { $0.gpuCount = 2 })
        #expect(matches { $0.provider = "local" } && !matches { $0.provider = "vast" })
        #expect(
            matches { $0.maxPrice = HourlyRate(centsPerHour: 280) }
                && !matches { $0.maxPrice = HourlyRate(centsPerHour: 279) })
    }

    @Test(arguments: [
        ("us", "US", true), ("US", "US", true), ("us-east", "US", true), ("eu", "US", false),
        ("eu", "RO", true), ("EU", "IS", true),
        ("eu", "GB", false), ("ro", "RO", true), ("apac", "JP", true), ("apac", "FR", false),
        ("us-west", "US", false),
    ])
    func `a region is a country, a group or a name`(wanted: String, code: String, matches: Bool) {
        #expect(Region.matches(wanted, region: "US-East", code: code) == matches)
    }

    @Test func `six families are always shown, others when they are offered`() {
        let catalog = CatalogSnapshot([
            listing(1, 300), listing(2, 280), listing(3, 90, family: "l40s", model: "L40S_48GB"),
        ])
        let families = catalog.families
        #expect(
            families.map(\.family.id) == [
                "rtx-4090", "rtx-5090", "a100-80gb", "h100-80gb", "b200", "b300", "l40s",
            ])
        #expect(families[3].fromPrice?.centsPerHour == 280 && families[3].listingCount == 2)
        #expect(families[0].fromPrice == nil && families[0].listingCount == 0)
        #expect(families[6].family.name == "L40S 48GB")
    }

    @Test func `facets count each choice`() {
        let facets = CatalogSnapshot([listing(1, 300), listing(2, 280, code: "DE"), listing(3, 90)]).facets
        #expect(facets.regions.map { "\($0.code) \($0.count)" } == ["DE 1", "US 2"])
        #expect(facets.prices?.lowerBound.centsPerHour == 90 && facets.prices?.upperBound.centsPerHour == 300)
        #expect(CatalogSnapshot([]).facets.prices == nil)
    }

    @Test func `the version is that of the content`() {
        let one = CatalogSnapshot([listing(1, 300), listing(2, 280)])
        #expect(one.version == CatalogSnapshot([listing(2, 280), listing(1, 300)]).version)
        #expect(one.version != CatalogSnapshot([listing(1, 300)]).version)
        #expect(one.version != CatalogSnapshot([listing(1, 300), listing(2, 280, at: 1_010)]).version)
    }

    @Test func `the nearest are of the same family first`() {
        let all = [
            listing(1, 90, family: "b200"), listing(2, 100, count: 2),
            listing(3, 200, family: "b200", count: 2), listing(4, 300),
        ]
        #expect(
            nearestListings(family: "h100-80gb", gpuCount: 1, among: all).map(\.offerKey) == ["2", "4", "1"])
    }

    @Test func `templates have ids of their own, and the first is the default`() {
        let ids = BuiltInTemplates.all.map(\.id)
        #expect(ids == ["ubuntu-24-04", "pytorch", "vllm", "ollama", "a1111", "text-gen-webui"])
    }
}
