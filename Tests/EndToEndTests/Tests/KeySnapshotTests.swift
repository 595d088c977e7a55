import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Test(.needsPods) func `a pod opens for the keys that its renter had at the launch, and for no others`()
        async throws
    {
        try await Outlet.run { outlet in
            let ada = try Renter(at: outlet, addingKey: false)
            let first = try ada.addKey().text("id")
            let id = try ada.launch()
            // At once, while the pod is being made.
            #expect(try ada.delete("/v1/ssh-keys/\(first)").status == 200)
            let later = outlet.folder["later"]
            try Command.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", later])
            _ = try ada.addKey(later)

            let pod = try Pod(try await ada.waitUntilRunning(id), of: ada)
            #expect(try pod.ssh("echo in").output == "in\n", "the key that was deleted afterwards")
            #expect(try pod.ssh("true", keyFile: later).status == 255, "the key that was added afterwards")

            let next = try Pod(try await ada.waitUntilRunning(try ada.launch()), of: ada)
            #expect(try next.ssh("true").status == 255 && next.ssh("true", keyFile: later).status == 0)
            for rental in try ada.get("/v1/rentals?status=running").json().list("rentals") {
                #expect(try ada.stop(rental.text("id")).status == 200)
            }
        }
    }
}
