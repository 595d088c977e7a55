extension Settings {
    /// An entry of `providers:` for one of the operator's own machines. A new outlet's file has it as a comment.
    static let dockerSample = """
        - code: node1                           # One machine of yours, by its container engine
          kind: docker
          # unix:///var/run/docker.sock, ssh://USER@HOST, or tcp://HOST:2376 with caFile, certificateFile and keyFile
          endpoint: ssh://outlet@node1.example.org
          engineSocket: /var/run/docker.sock    # at the other end of ssh
          identityFile: /etc/gpu-outlet/node1.key
          knownHostsFile: /etc/gpu-outlet/known_hosts
          host: node1.example.org               # what renters connect to
          bindAddress: 0.0.0.0                  # where the engine publishes the SSH ports of pods
          ports: 20000-20999                    # that your firewall opens; one a pod
          network: outlet-pods                  # made when it is missing, without traffic between pods
          gpuRequest: auto                      # or cdi, nvidia
          inventory: host                       # where nvidia-smi runs: host; engine, in inventoryImage; none
          gpus:                                 # what is not listed is never given to a pod
            - {uuid: GPU-fef8089b-4820-abfc-e83e-94318197576e, family: h100-80gb}
          # The price is of the whole offer. Pods without GPUs: slots, how many at once. diskGb needs quotas there.
          offers:
            - {family: h100-80gb, region: EU-North, regionCode: SE, pricePerHourCents: 265, cpus: 16, memoryGb: 128}
        """
}
