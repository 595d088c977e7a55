import Domain
import Yams

extension YAMLSection {
    /// The built-in templates, then the operator's own. One with the id of a built-in takes its place.
    func templates(_ key: String) -> [Template] {
        var templates = BuiltInTemplates.all
        var seen: Set<String> = []
        for (node, path) in list(key) {
            let keys = ["id", "name", "description", "image", "ports", "bootScript"]
            let section = YAMLSection(node, at: path, keys: keys, problems: problems)
            let template = section.template()
            if !seen.insert(template.id).inserted {
                section.refuse("id", "is taken by another template of this file")
            }
            if let place = templates.firstIndex(where: { $0.id == template.id }) {
                templates[place] = template
            } else {
                templates.append(template)
            }
        }
        return templates
    }

    private func template() -> Template {
        let id = text("id", default: nil, rule: "1 to 64 of a-z, 0-9 and '-'") {
            $0.isName(1...64, of: "abcdefghijklmnopqrstuvwxyz0123456789-")
        }
        return Template(
            id: id,
            name: text("name", default: id, rule: "1 to 64 characters on one line") {
                (1...64).contains($0.count) && $0.isPrintable
            },
            description: text("description", default: "", rule: "at most 500 characters on one line") {
                $0.count <= 500 && $0.isPrintable
            },
            image: text("image", default: "", rule: "the name of an image, without spaces") {
                $0.isPrintable && !$0.contains(" ")
            },
            ports: ports("ports"),
            bootScript: text(
                "bootScript", default: "", rule: "a script for sh of at most 64 KiB, without NUL"
            ) {
                $0.utf8.count <= 65_536 && !$0.utf8.contains(0)
            })
    }

    private func ports(_ key: String) -> [Int] {
        list(key).compactMap { node, path in
            guard let port = node.scalar.flatMap({ Int($0.string) }), (1...65_535).contains(port) else {
                problems.add("must be a port, 1 to 65535", at: path, line: node.mark?.line)
                return nil
            }
            return port
        }
    }
}
