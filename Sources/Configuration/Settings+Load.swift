import Domain
import Foundation
import Yams

extension Settings {
    /// Reads and checks the whole file. Relative paths in it are relative to its folder.
    /// - Throws: a `SettingsFault` with every problem of the file, not just the first.
    package static func load(path: String) throws(SettingsFault) -> Settings {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        let text: String
        do {
            text = try String(contentsOf: url, encoding: .utf8)
        } catch {
            let rule = unreadable(url.path)
            throw SettingsFault(path: path, problems: [.init(line: nil, key: "", rule: rule)])
        }
        return try parse(text, path: path, folder: url.deletingLastPathComponent().path)
    }

    /// Why a file cannot be read, and what to do.
    private static func unreadable(_ path: String) -> String {
        guard access(path, R_OK) != 0 else { return "cannot be read as text in UTF-8" }
        let code = errno
        return code == ENOENT
            ? "there is no such file; 'outletctl init' writes one, '--config PATH' names another"
            : "cannot be read: \(String(cString: strerror(code))); try as the outlet's user or as root"
    }

    /// Reads `yaml`; `path` is what faults call it, `folder` what relative paths start from.
    package static func parse(_ yaml: String, path: String, folder: String) throws(SettingsFault) -> Settings
    {
        let root: Node?
        do {
            // Without Yams' rules for what a scalar is: they are regular expressions, two thirds of the work
            // that a file takes, and each setting here knows what it wants to read.
            root = try Yams.compose(yaml: yaml, .basic, .default, .utf8)
        } catch {
            throw SettingsFault(path: path, problems: [.init(yamlError: error)])
        }
        let problems = YAMLSection.Problems()
        let keys = [
            "site", "publicUrl", "origins", "data", "billing", "stripe", "api", "limits", "signIn", "oauth",
            "mail", "backup", "brand", "catalog", "templates", "providers",
        ]
        let settings = Settings(YAMLSection(root, at: "", keys: keys, problems: problems), folder: folder)
        guard problems.all.isEmpty else {
            let sorted = problems.all.enumerated().sorted {
                ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
            }
            throw SettingsFault(path: path, problems: sorted.map(\.element))
        }
        return settings
    }

    private init(_ top: YAMLSection, folder: String) {
        let api = top.section("api", keys: ["threads"])
        let usualAPI = API()
        let dataDirectory = top.directory("data", folder: folder)
        self.init(
            site: top.text("site", default: nil, rule: "1 to 16 of a-z and 0-9") {
                $0.isName(1...16, of: "abcdefghijklmnopqrstuvwxyz0123456789")
            },
            publicURL: top.origin("publicUrl"),
            allowedOrigins: top.origins("origins"),
            dataDirectory: dataDirectory,
            billing: top.billing("billing"),
            stripe: top.stripe("stripe", folder: folder),
            api: API(threads: api.number("threads", in: 1...64, default: usualAPI.threads)),
            limits: top.limits("limits"),
            signIn: top.signIn("signIn"),
            mail: top.mail("mail", dataDirectory: dataDirectory),
            oauth: top.oauth("oauth", folder: folder),
            backup: top.backup("backup", folder: dataDirectory),
            templates: top.templates("templates"),
            providers: top.providers("providers", folder: folder))
        brand = top.brand("brand")
        catalog = top.catalog("catalog")
        terms = top.terms("providers")
    }
}

extension SettingsFault.Problem {
    /// What the YAML parser says about text that is no YAML.
    fileprivate init(yamlError error: any Error) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(line: mark.line, key: "", rule: "is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init(
                line: context.mark.line, key: "",
                rule: "the same key twice in one place: \(duplicates.joined(separator: ", "))")
        default:
            self.init(line: nil, key: "", rule: "is not YAML: \(error)")
        }
    }
}

extension YAMLSection {
    fileprivate func backup(_ key: String, folder: String) -> Settings.Backup {
        let section = section(key, keys: ["enabled", "folder", "hourly", "daily"])
        let isOn = section.text("enabled", default: "on", rule: "on or off") { ["on", "off"].contains($0) }
        let path = section.text("folder", default: "backup", rule: "a path without control characters") {
            !$0.isEmpty && $0.isPrintable
        }
        return Settings.Backup(
            isOn: isOn == "on",
            directory: URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder, isDirectory: true))
                .standardizedFileURL.path,
            hourly: section.number("hourly", in: 1...10_000, default: 48),
            daily: section.number("daily", in: 0...10_000, default: 35))
    }

    /// An absolute path, made so from `folder`.
    fileprivate func directory(_ key: String, folder: String) -> String {
        let text = text(key, default: ".", rule: "a path without control characters") {
            !$0.isEmpty && $0.isPrintable
        }
        let path = URL(fileURLWithPath: text, relativeTo: URL(fileURLWithPath: folder, isDirectory: true))
            .standardizedFileURL.path
        if path.utf8.count > 90 {  // The kernel's bound for the name of a socket is 107 bytes.
            refuse(
                key, "must be shorter: \(path) has more than 90 bytes, too many for the sockets in its run/")
        }
        return path
    }
}
