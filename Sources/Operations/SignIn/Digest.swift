import Crypto

/// SHA-256. Secrets are stored as the digest of their text: they have 256 random bits, so no salt is needed.
package func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] { Array(SHA256.hash(data: Array(bytes))) }
