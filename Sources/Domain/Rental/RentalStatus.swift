/// `provisioning → running → stopping → stopped | failed`; nothing leaves `stopped` or `failed`.
package enum RentalStatus: String, Sendable, CaseIterable {
    case provisioning, running, stopping, stopped, failed
}

/// Why a rental ended.
package enum StopReason: String, Sendable, CaseIterable {
    case user
    case walletEmpty = "wallet_empty"
    case autoStop = "auto_stop"
    case providerLost = "provider_lost"
    case provisionFailed = "provision_failed"
    case `operator`
}
