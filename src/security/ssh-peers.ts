import type { SshCipher } from './ssh-packets.ts'

/** The type of a host's or a user's key. Its signature algorithm depends on the peer too. */
export type SshKey = 'ed25519' | 'ecdsa-p256' | 'rsa-2048' | 'rsa-3072'

/** The algorithms and options that an SSH client announces. */
export interface SshClient {
  /** The identification string without CR LF. */
  readonly banner: string
  readonly keyExchanges: readonly string[]
  /** In order of preference. */
  readonly hostKeyAlgorithms: readonly string[]
  readonly ciphers: readonly string[]
  readonly macs: readonly string[]
  readonly compressions: readonly string[]
  /** The signature algorithm of RSA user keys. */
  readonly rsaAlgorithm: 'ssh-rsa' | 'rsa-sha2-256'
  /** Packets before NEWKEYS are padded to multiples of this. */
  readonly plainBlockBytes: 8 | 16
}

/** The algorithms and options that an SSH server announces. */
export interface SshServer {
  readonly banner: string
  readonly keyExchanges: readonly string[]
  /** One or more. */
  readonly hostKeys: readonly SshKey[]
  /** True if RSA signatures with SHA-1 are allowed (`+ssh-rsa`), which clients of 2017 need. */
  readonly acceptsSshRsa: boolean
  readonly ciphers: readonly string[]
  readonly macs: readonly string[]
  readonly compressions: readonly string[]
  /** The methods that USERAUTH_FAILURE lists. */
  readonly authMethods: readonly string[]
  /** The file with the user's key, which the server names in debug messages. */
  readonly authorizedKeysFile: string
  readonly plainBlockBytes: 8 | 16
}

/** The client of x/crypto/ssh 0.31 (ssh/common.go: preferredKexAlgos, supportedHostKeyAlgos, preferredCiphers). */
export const X_CRYPTO_0_31: SshClient = {
  banner: 'SSH-2.0-Go',
  keyExchanges: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group14-sha1',
    'ext-info-c',
    'kex-strict-c-v00@openssh.com',
  ],
  hostKeyAlgorithms: [
    'rsa-sha2-256-cert-v01@openssh.com',
    'rsa-sha2-512-cert-v01@openssh.com',
    'ssh-rsa-cert-v01@openssh.com',
    'ssh-dss-cert-v01@openssh.com',
    'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    'ecdsa-sha2-nistp384-cert-v01@openssh.com',
    'ecdsa-sha2-nistp521-cert-v01@openssh.com',
    'ssh-ed25519-cert-v01@openssh.com',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-256',
    'rsa-sha2-512',
    'ssh-rsa',
    'ssh-dss',
    'ssh-ed25519',
  ],
  ciphers: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  macs: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
    'hmac-sha1-96',
  ],
  compressions: ['none'],
  rsaAlgorithm: 'rsa-sha2-256',
  plainBlockBytes: 16,
}

/**
 * The version of March 2017 (commit 3cb0727) that Kubernetes with SSH tunnels vendored: no EXT_INFO, SHA-1 signatures.
 */
export const X_CRYPTO_2017: SshClient = {
  banner: 'SSH-2.0-Go',
  keyExchanges: [
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha1',
    'diffie-hellman-group1-sha1',
  ],
  hostKeyAlgorithms: [
    'ssh-rsa-cert-v01@openssh.com',
    'ssh-dss-cert-v01@openssh.com',
    'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    'ecdsa-sha2-nistp384-cert-v01@openssh.com',
    'ecdsa-sha2-nistp521-cert-v01@openssh.com',
    'ssh-ed25519-cert-v01@openssh.com',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'ssh-rsa',
    'ssh-dss',
    'ssh-ed25519',
  ],
  ciphers: ['aes128-ctr', 'aes192-ctr', 'aes256-ctr', 'aes128-gcm@openssh.com', 'arcfour256', 'arcfour128'],
  macs: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha1', 'hmac-sha1-96'],
  compressions: ['none'],
  rsaAlgorithm: 'ssh-rsa',
  plainBlockBytes: 16,
}

/** The version of January 2018 (commit d94f6bc): AES-GCM first, and no RC4. */
export const X_CRYPTO_2018: SshClient = {
  ...X_CRYPTO_2017,
  ciphers: ['aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
}

/** The version of February 2020 (commit bac4c82): without Diffie-Hellman group 1 (removed in 094676d). */
export const X_CRYPTO_2020: SshClient = {
  ...X_CRYPTO_2018,
  keyExchanges: X_CRYPTO_2018.keyExchanges.filter((name) => name !== 'diffie-hellman-group1-sha1'),
}

/** OpenSSH 10.0p2 of Debian 13 (myproposal.h, kex-names.c) with an ed25519 host key and public-key log-in. */
export const OPENSSH_10_0: SshServer = {
  banner: 'SSH-2.0-OpenSSH_10.0p2 Debian-7+deb13u1',
  keyExchanges: [
    'mlkem768x25519-sha256',
    'sntrup761x25519-sha512',
    'sntrup761x25519-sha512@openssh.com',
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'ext-info-s',
    'kex-strict-s-v00@openssh.com',
  ],
  hostKeys: ['ed25519'],
  acceptsSshRsa: false,
  ciphers: [
    'chacha20-poly1305@openssh.com',
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  macs: [
    'umac-64-etm@openssh.com',
    'umac-128-etm@openssh.com',
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha1-etm@openssh.com',
    'umac-64@openssh.com',
    'umac-128@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
  ],
  compressions: ['none', 'zlib@openssh.com'],
  authMethods: ['publickey', 'keyboard-interactive'],
  authorizedKeysFile: '/root/.ssh/authorized_keys',
  plainBlockBytes: 8,
}

/** Returns the host key algorithms that a server offers, in the order of its keys. */
export function offeredHostKeyAlgorithms({ hostKeys, acceptsSshRsa }: SshServer): string[] {
  return hostKeys.flatMap((key) => {
    if (key === 'ed25519') return ['ssh-ed25519']
    if (key === 'ecdsa-p256') return ['ecdsa-sha2-nistp256']
    return ['rsa-sha2-512', 'rsa-sha2-256', ...(acceptsSshRsa ? ['ssh-rsa'] : [])]
  })
}

/** The host key that two peers agree on, and its algorithm. */
export interface NegotiatedHostKey {
  readonly algorithm: string
  readonly key: SshKey
}

/** Returns the client's first host key algorithm that the server offers (RFC 4253 section 7.1); null for none. */
export function negotiateHostKey(client: SshClient, server: SshServer): NegotiatedHostKey | null {
  for (const algorithm of client.hostKeyAlgorithms) {
    const key = server.hostKeys.find((hostKey) =>
      offeredHostKeyAlgorithms({ ...server, hostKeys: [hostKey] }).includes(algorithm),
    )
    if (key !== undefined) return { algorithm, key }
  }
  return null
}

/** Returns the cipher that two peers agree on, in both directions; null if they share none of the modelled ones. */
export function negotiateCipher(client: SshClient, server: SshServer): SshCipher | null {
  const cipher = client.ciphers.find((name) => server.ciphers.includes(name))
  const mac = client.macs.find((name) => server.macs.includes(name))
  if (cipher === 'aes128-gcm@openssh.com') return 'aes128-gcm'
  if (cipher === 'chacha20-poly1305@openssh.com') return 'chacha20-poly1305'
  return cipher === 'aes128-ctr' && mac === 'hmac-sha2-256-etm@openssh.com' ? 'aes128-ctr+hmac-sha2-256-etm' : null
}
