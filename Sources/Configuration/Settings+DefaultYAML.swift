extension Settings {
    /// The file that a new outlet starts with: every setting with its meaning, and a demo to sell.
    package static func defaultYAML(port: Int, site: String) -> String {
        """
        # GPU Outlet: the one configuration file. Unknown settings are refused, so a typing error cannot hide.
        # After a change:  outletctl config check  and restart outlet-api and outlet-meter.

        # Names this outlet in the labels of its pods: 1 to 16 of a-z and 0-9. Never change it while pods exist.
        site: \(site)

        # Where renters reach it, for links and for the check of where a request comes from.
        publicUrl: http://127.0.0.1:\(port)

        # Further origins whose pages may write with a renter's cookie, such as [https://gpu.example.com].
        origins: []

        # How the outlet shows itself on its pages: a name, the colour of links and buttons (darkened and lightened until
        # it can be read), and where renters find help, an e-mail address or a page. Written into the pages by
        # scripts/run and scripts/install; after a change, run that again.
        # brand:
        #   name: GPU Outlet
        #   color: "#0b6350"
        #   contact: help@example.org

        # Database, sockets, logs and pods. A relative path starts from the folder of this file.
        data: .

        billing:
          # How much use a launch reserves from the wallet, in seconds, 1 to 86400. An hour unless said otherwise.
          holdSeconds: 3600

          # The most that one account may have: burnt in an hour, spent in a calendar month (UTC), pods at once.
          # Without a number there is no such limit. `outletctl wallet limits` sets others for one account, renters
          # may set lower ones for themselves. A limit refuses launches; it never ends a pod that runs.
          # maxBurnPerHourCents: 5000
          # maxSpendPerMonthCents: 200000
          # maxPods: 20

        # Payments by card through Stripe. Without this section renters pay by other ways: `outletctl wallet credit`.
        # Register <publicUrl>/v1/webhooks/stripe at Stripe; its page shows the webhook's secret. Each secret is in a
        # file that only the outlet may read (…File), or in its environment (…Env: NAME). Test keys and live keys are
        # never mixed, nor used on the same books.
        # stripe:
        #   secretKeyFile: /etc/gpu-outlet/stripe.key
        #   webhookSecrets:                         # the newest first; two while one is being rolled
        #     - secretFile: /etc/gpu-outlet/stripe-webhook.secret
        #   publishableKey: pk_live_…               # only for pages of your own that use Stripe's script

        api:
          # Requests that outlet-api has in hand at the same time, 1 to 64. Two for each processor are worked on; the others
          # take the place of those that wait, for the write lock or for somebody's server. Read at its start.
          threads: 16

        limits:
          # Requests of one session or address. Polling one rental counts a tenth.
          requestsPerMinute: 100
          requestsPerHour: 1000

          # Sign-in codes: seconds between two for one e-mail address, how many an hour one client address may ask
          # for, tries before a code is spent, and wrong ones in an hour for one e-mail or client address.
          codeGapSeconds: 30
          codesPerHour: 10
          codeTries: 5
          wrongCodesPerHour: 20

          # Top-ups that one account may begin in an hour.
          checkoutsPerHour: 10

        signIn:
          # Who gets an account by signing in for the first time, beside those of `outletctl invite`:
          # open (everybody), domains (addresses of these: domains: [example.org]), or invitation (nobody else).
          signUp: open

        # How letters leave, such as those with sign-in codes. Without this section no codes are offered.
        mail:
          from: GPU Outlet <outlet@localhost>

          # Keeps letters as files in this folder, so that only you read them: for trying things out.
          folder: mail

          # On a server, in place of `folder`: a program that takes letters as sendmail does, with its own
          # arguments. msmtp works inside the meter's sandbox; Postfix's own sendmail, being setgid, does not.
          # sendmail: [/usr/bin/msmtp, --file=/etc/gpu-outlet/msmtprc]

        # Signing in with an account elsewhere, by an address that the provider has verified. Register there
        # <publicUrl>/v1/auth/oauth/google/callback, …/github/callback or …/oidc/callback. A secret is in a file that
        # only outlet-api may read (clientSecretFile), or in its environment (clientSecretEnv: NAME).
        # oauth:
        #   google:
        #     clientId: 1234.apps.googleusercontent.com
        #     clientSecretFile: /etc/gpu-outlet/google.secret
        #   github:
        #     clientId: Iv1.0123456789abcdef
        #     clientSecretFile: /etc/gpu-outlet/github.secret
        #     # url: https://github.example.org   # an Enterprise Server of your own
        #   oidc:                                  # Keycloak, Authentik, Authelia, any OpenID Connect issuer
        #     name: Our Keycloak
        #     issuer: https://id.example.org/realms/lab
        #     clientId: gpu-outlet
        #     clientSecretFile: /etc/gpu-outlet/oidc.secret
        #     # privateNetwork: true               # its address is a private one, or this machine's
        #     # caFile: /etc/gpu-outlet/ca.pem     # its certificate is of your own authority
        oauth: {}

        # outlet-meter copies the books every hour, and follows them in between. Better on another disk or machine.
        backup:
          # on or off.
          enabled: on
          # A relative path starts from the data folder.
          folder: backup
          # How many of the newest snapshots are kept, and of how many days the last one.
          hourly: 48
          daily: 35

        catalog:
          # An offer is not sold while a GPU of it costs so many times more or less than that model usually does, 2 to
          # 100: `outletctl catalog held` shows what waits for your word. Prices that you set yourself are never held.
          priceBandFactor: 4

        # Further templates beside the built-in ones; with the id of one, it takes its place. bootScript runs once in
        # a new pod, by sh, as the pod's user.
        # templates:
        #   - id: my-lab
        #     name: My lab
        #     description: What renters read
        #     image: docker.io/library/debian:12
        #     ports: [8888]
        #     bootScript: |
        #       echo welcome > ~/README
        templates: []

        providers:
          # Pods on this machine, for which nothing needs to be installed or paid.
          - code: local
            kind: local

            # Of every kind of provider: what you add to its price, in hundredths of a per cent, and at least so many
            # cents an hour; and for how long your money there must last, or launches pause (0: never).
            markupBasisPoints: 0
            floorCents: 0
            # pauseBelowRunwayHours: 24

            # own: each pod has a network of its own and reaches nothing outside. host: it shares the machine's.
            network: own

            # Where the SSH ports of pods listen, and what renters are told to connect to (the same, unless set).
            bindAddress: 127.0.0.1
            # host: gpu.example.org

            # A pod takes a free port of these.
            ports: 22000-22999

            # When root runs the meter, each pod has a uid of its own, from here on; keep them free of accounts.
            firstUid: 700000

            # CPU DEMO: these pods have no GPU. They show the whole path, from launch to bill, under the names of
            # the six families. Replace them by what you really have. Not for tenants who do not trust each other.
            #   family, region, regionCode (ISO 3166), pricePerHourCents (of the whole offer), slots (pods at once);
            #   and where the family's usual value is wrong: model, vramGb (a GPU), gpuCount (1, 2, 4, 8), interconnect.
            offers:
              - {family: rtx-4090, region: US-East, regionCode: US, pricePerHourCents: 65, slots: 4}
              - {family: rtx-4090, region: EU-Central, regionCode: DE, pricePerHourCents: 69, slots: 2}
              - {family: rtx-5090, region: US-East, regionCode: US, pricePerHourCents: 95, slots: 4}
              - {family: a100-80gb, region: US-West, regionCode: US, pricePerHourCents: 189, slots: 4}
              - {family: h100-80gb, region: US-East, regionCode: US, pricePerHourCents: 280, slots: 4}
              - {family: h100-80gb, region: EU-North, regionCode: SE, pricePerHourCents: 265, slots: 2}
              - {family: h100-80gb, gpuCount: 8, region: US-East, regionCode: US, pricePerHourCents: 2240, slots: 1}
              - {family: b200, region: US-West, regionCode: US, pricePerHourCents: 499, slots: 2}
              - {family: b300, region: AP-Northeast, regionCode: JP, pricePerHourCents: 749, slots: 2}

          # Your own machines. `outletctl host add` finds the GPUs of one and prints these lines.
        \(commented(dockerSample, indent: 2))

          # Upstream providers: the outlet rents there in your name, and you pay them. The handbook has a page for each.
        \(commented(cloudSamples, indent: 2))

        """
    }
}
