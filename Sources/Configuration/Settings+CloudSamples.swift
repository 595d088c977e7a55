extension Settings {
    /// Entries of `providers:` for upstream providers, with every setting that is usually touched. A new outlet's file
    /// has them as comments.
    static let cloudSamples = """
        - code: runpod                          # Containers at RunPod; prices by the second
          kind: runpod
          apiKeyFile: /etc/gpu-outlet/runpod.key  # or apiKeyEnv: NAME, in the environment of outlet-meter
          markupBasisPoints: 1500
          tiers: [SECURE]                       # and COMMUNITY: machines of others
          gpuCounts: [1, 2, 4, 8]
          dataCenters: []                       # such as EU-RO-1; [] for all
          diskGb: 40
          minCudaVersion: "12.8"                # of the machine's driver; none for any
          overridesEntrypoint: true             # our start script takes the place of the image's entry point
          deadlineMinutes: 20                   # a pod that does not answer by then is given up, and costs renters nothing

        - code: vast                            # Containers on machines of many hosts; prices by the second
          kind: vast
          apiKeyFile: /etc/gpu-outlet/vast.key
          markupBasisPoints: 2000
          diskGb: 40
          verifiedOnly: true
          minReliabilityPercent: 98
          minDays: 3                            # for how long a host has to promise its machine
          countries: []                         # such as SE, US; [] for all
          mostOffers: 400                       # the cheapest of those that fit
          minCudaVersion: "12.8"

        - code: lambda                          # Virtual machines of Lambda; prices by the minute
          kind: lambda
          apiKeyFile: /etc/gpu-outlet/lambda.key
          markupBasisPoints: 1000
          sshKeyName: outlet                    # of a key of yours on that account: Lambda wants one
          # imageFamily: lambda-stack-24-04
          regions: []

        - code: shadeform                       # Virtual machines at about twenty clouds
          kind: shadeform
          apiKeyFile: /etc/gpu-outlet/shadeform.key
          markupBasisPoints: 1000
          sshKeyId: 5b7a1c0e-0000-0000-0000-000000000000  # of a key of yours on that account
          clouds: []                            # the only ones to rent at; [] for all
          os: ubuntu22.04                       # preferred beginning of the system's name
          families: [h100-80gb, b200]           # of every kind: the only ones to offer; [] for all
        """

    static func commented(_ text: String, indent: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.isEmpty ? "" : String(repeating: " ", count: indent) + "# " + line
        }.joined(separator: "\n")
    }
}
