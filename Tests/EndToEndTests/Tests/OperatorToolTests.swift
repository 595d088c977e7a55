import Foundation
import TestSupport
import Testing

/// `outletctl` on scratch data, without any server.
@Suite struct `The operator's tool` {
    private let folder: ScratchFolder
    private let file: String

    init() throws {
        folder = try ScratchFolder()
        file = folder["outlet.yaml"]
    }

    private func write(_ more: String, providers: String = "") throws {
        let text = "site: lab\npublicUrl: https://gpu.example.org\nproviders: [\(providers)]\n" + more
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    private func secret(_ name: String, mode: Int = 0o400, text: String = "s3cret\n") throws {
        try text.write(toFile: folder[name], atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder[name])
    }

    private func control(_ arguments: String...) throws -> Command.Result {
        try Command.run(Executables.path("outletctl"), ["--config", file] + arguments)
    }

    @Test func `shows a configuration that is one, and says the same again`() throws {
        try secret("g")
        try write(
            """
            mail: {from: Lab <lab@example.org>, sendmail: [/usr/bin/msmtp, --file=/etc/msmtprc]}
            signIn: {signUp: domains, domains: [example.org]}
            backup: {enabled: off, folder: ../copies, hourly: 3}
            oauth:
              google: {clientId: g, clientSecretFile: g}
              github: {clientId: h, clientSecretEnv: GITHUB_SECRET, url: https://git.example.org}
              oidc: {clientId: o, clientSecretFile: g, name: Ours, issuer: https://id.example.org/lab}
            """)
        let shown = try control("config", "show")
        try #require(shown.status == 0, "\(shown)")
        try shown.output.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try control("config", "check").status == 0, "\(shown.output)")
        #expect(try control("config", "show").output == shown.output)
    }

    @Test func `shows what an operator adds to a provider's prices, and how long their money has to last`()
        throws
    {
        try secret("key")
        let cloud = "{code: pods, kind: runpod, apiKeyFile: \(folder["key"]), markupBasisPoints: 1500"
        try write("", providers: cloud + ", floorCents: 7, pauseBelowRunwayHours: 36}")
        let shown = try control("config", "show")
        try #require(shown.status == 0, "\(shown)")
        for line in ["markupBasisPoints: 1500", "floorCents: 7", "pauseBelowRunwayHours: 36"] {
            #expect(shown.output.contains("\n  \(line)\n"), "\(line): \(shown.output)")
        }
        try shown.output.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try control("config", "show").output == shown.output)
    }

    @Test func `finds what is wrong with the files of secrets, and never says what is in them`() throws {
        func check(_ oauth: String) throws -> Command.Result {
            try write("oauth: {\(oauth)}\n")
            let doctor = try control("doctor")
            let check = try control("config", "check")
            #expect((check.status == 0) == !doctor.output.contains("fail  oauth"), "\(doctor)")
            #expect(!(doctor.output + check.output + check.errors).contains("s3cret"))
            return check
        }
        try secret("sound")
        try secret("open", mode: 0o444)
        try secret("empty", text: "\n")
        #expect(try check("google: {clientId: g, clientSecretFile: sound}").status == 0)
        #expect(try check("google: {clientId: g, clientSecretEnv: NOWHERE}").status == 0)
        let unit = "/run/credentials/outlet-api.service/google"
        #expect(try check("google: {clientId: g, clientSecretFile: \(unit)}").status == 0)
        for (name, words) in [
            ("open", "open to everybody"), ("empty", "no secret of one line"), ("none", "cannot be read"),
        ] {
            let found = try check("github: {clientId: g, clientSecretFile: \(name)}")
            #expect(found.status == 78 && found.errors.contains(words), "\(name): \(found)")
            #expect(found.errors.contains("oauth.github"))
        }
        try write("", providers: "{code: runpod, kind: runpod, apiKeyFile: \(folder["none"])}")
        let cloud = try control("config", "check")
        #expect(cloud.status == 78 && cloud.errors.contains("providers.runpod: "), "\(cloud)")
        let issuer = "clientId: o, clientSecretFile: sound, issuer: 'https://id.example.org'"
        for (name, words) in [("sound", "no certificate"), ("none", "cannot be read")] {
            let found = try check("oidc: {\(issuer), caFile: \(name)}")
            #expect(found.status == 78 && found.errors.contains(words), "\(name): \(found)")
        }
    }

    @Test func `tries the mail, and says what came of it`() throws {
        func mail(_ how: String, to address: String = "ada@example.org") throws -> Command.Result {
            try write(how.isEmpty ? "" : "mail: {from: lab@example.org, \(how)}\n")
            if !FileManager.default.fileExists(atPath: folder["outlet.db"]) {
                let made = try control("init")
                try #require(made.status == 0, "\(made)")
            }
            return try control("mail", "test", address)
        }
        func program(_ script: String) throws -> String {
            let path = folder["program"]
            try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            return "sendmail: [\(path), -x]"
        }
        let none = try mail("")
        #expect(none.status == 1 && none.errors.contains("sends no mail"), "\(none)")
        let kept = try mail("folder: letters")
        #expect(kept.status == 0 && kept.output.contains("sent to nobody"), "\(kept)")
        let letters = try FileManager.default.contentsOfDirectory(atPath: folder["letters"])
        #expect(letters.count { $0.hasSuffix(".eml") } == 1)

        let taken = try mail(
            try program(#"echo "$@" > "$(dirname "$0")/said"; cat > "$(dirname "$0")/letter""#))
        #expect(taken.status == 0 && taken.output.contains("took a letter to ada@example.org"), "\(taken)")
        #expect(folder.read("said") == "-x -i -f lab@example.org -- ada@example.org\n")
        #expect(folder.read("letter").contains("Subject: A letter to try the mail of gpu.example.org"))
        #expect(try control("events").output.contains("mail.tried"))

        let later = try mail(try program("echo no route >&2; exit 75"))
        #expect(later.status == 1 && later.errors.contains("may later"), "\(later)")
        #expect(later.errors.contains("no route") && later.errors.contains("status 75"))
        let never = try mail(try program("exit 67"))
        #expect(never.status == 1 && never.errors.contains("refused for good"), "\(never)")
        let missing = try mail("sendmail: [/nonexistent/msmtp]")
        #expect(missing.status == 1 && missing.errors.contains("/nonexistent/msmtp"), "\(missing)")
        let address = try mail("folder: letters", to: "nobody")
        #expect(address.status == 1 && address.errors.contains("not an e-mail address"), "\(address)")
    }
}
