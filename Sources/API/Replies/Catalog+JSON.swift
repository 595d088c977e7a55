import Domain
import Operations

extension Listing: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("model", model)
            json.field("family", family)
            json.field("vramGb", vramGB)
            json.field("gpuCount", gpuCount)
            json.field("pricePerHourCents", price)
            json.field("providerCode", provider)
            json.field("region", region)
            json.field("regionCode", regionCode)
            json.field("interconnect", interconnect)
            json.field("availability", availability.rawValue)
            json.field("reliability", reliability)
            json.field("note", note)
            json.field("observedAt", observedAt)
        }
    }
}

extension CatalogFacets: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("models", models)
            json.field("regions", regions)
            json.field("providers", providers)
            json.field("priceRange") { json in
                json.object { json in
                    json.field("minCents", prices?.lowerBound)
                    json.field("maxCents", prices?.upperBound)
                }
            }
        }
    }
}

extension CatalogFacets.Choice: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("code", code)
            json.field("count", count)
        }
    }
}

extension FamilySummary: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", family.id)
            json.field("model", family.model)
            json.field("name", family.name)
            json.field("vramGb", family.vramGB)
            json.field("fromPricePerHourCents", fromPrice)
            json.field("listingCount", listingCount)
        }
    }
}

extension Template: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("name", name)
            json.field("description", description)
            json.field("image", image)
            json.field("ports", ports)
        }
    }
}
