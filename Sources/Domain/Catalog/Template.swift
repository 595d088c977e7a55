/// What a pod is set up as. Its script runs once, as the pod's user, before the renter's own.
package struct Template: Hashable, Sendable {
    package let id: String  // `ubuntu-24-04`
    package let name: String
    package let description: String
    package let image: String  // For providers that run images.
    package let ports: [Int]
    package let bootScript: String  // For `sh`; may be empty.

    package init(
        id: String, name: String, description: String, image: String, ports: [Int], bootScript: String
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.image = image
        self.ports = ports
        self.bootScript = bootScript
    }
}
