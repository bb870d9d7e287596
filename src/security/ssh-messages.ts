import { utf8Bytes } from './der.ts'
import { offeredHostKeyAlgorithms, type SshClient, type SshKey, type SshServer } from './ssh-peers.ts'

/**
 * Payload sizes of SSH messages, before padding and sealing: RFC 4253 (transport), 4252 (log-in), 4254 (channels),
 * 5656 and 8731 (key exchange), 8308 (EXT_INFO), OpenSSH's PROTOCOL (hostkeys).
 */

/** Every payload begins with its message number. */
const TYPE_BYTES = 1
const BOOLEAN_BYTES = 1
const UINT32_BYTES = 4

/** A string is its length, a uint32, and its bytes (RFC 4251 5). */
function stringBytes(contentBytes: number): number {
  return UINT32_BYTES + contentBytes
}

function textBytes(text: string): number {
  return stringBytes(utf8Bytes(text))
}

/** A name-list is a string of names with commas between them. */
function nameListBytes(names: readonly string[]): number {
  return textBytes(names.join(','))
}

/** A cookie of 16, ten name-lists (both languages empty), first_kex_packet_follows, a reserved word (RFC 4253 7.1). */
export function kexInitBytes(peer: SshClient | SshServer): number {
  const hostKeyAlgorithms = 'hostKeys' in peer ? offeredHostKeyAlgorithms(peer) : peer.hostKeyAlgorithms
  return (
    TYPE_BYTES +
    16 +
    nameListBytes(peer.keyExchanges) +
    nameListBytes(hostKeyAlgorithms) +
    2 * nameListBytes(peer.ciphers) +
    2 * nameListBytes(peer.macs) +
    2 * nameListBytes(peer.compressions) +
    2 * nameListBytes([]) +
    BOOLEAN_BYTES +
    UINT32_BYTES
  )
}

/** A Curve25519 public key (RFC 8731 3). */
const CURVE25519_BYTES = 32

export function ecdhInitBytes(): number {
  return TYPE_BYTES + stringBytes(CURVE25519_BYTES)
}

/** Host key, ephemeral key, signature of the exchange hash (RFC 5656 4). */
export function ecdhReplyBytes(hostKey: SshKey, algorithm: string): number {
  return (
    TYPE_BYTES +
    stringBytes(publicKeyBytes(hostKey)) +
    stringBytes(CURVE25519_BYTES) +
    stringBytes(signatureBytes(hostKey, algorithm))
  )
}

export function newKeysBytes(): number {
  return TYPE_BYTES
}

/** A positive mpint of `bits` significant bits, a leading zero byte before a set top bit. */
function mpintBytes(bits: number): number {
  return stringBytes(Math.floor(bits / 8) + 1)
}

/** A public key as peers send it (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4). */
function publicKeyBytes(key: SshKey): number {
  switch (key) {
    case 'ed25519':
      return textBytes('ssh-ed25519') + stringBytes(32)
    case 'ecdsa-p256':
      return textBytes('ecdsa-sha2-nistp256') + textBytes('nistp256') + stringBytes(1 + 32 + 32)
    case 'rsa-2048':
    case 'rsa-3072':
      return textBytes('ssh-rsa') + mpintBytes(17) + mpintBytes(modulusBits(key))
  }
}

/** A signature, its algorithm's name included. Of ECDSA's two integers one has its top bit set in half of all cases. */
function signatureBytes(key: SshKey, algorithm: string): number {
  switch (key) {
    case 'ed25519':
      return textBytes(algorithm) + stringBytes(64)
    case 'ecdsa-p256':
      return textBytes(algorithm) + stringBytes(mpintBytes(256) + mpintBytes(255))
    case 'rsa-2048':
    case 'rsa-3072':
      return textBytes(algorithm) + stringBytes(modulusBits(key) / 8)
  }
}

function modulusBits(key: 'rsa-2048' | 'rsa-3072'): number {
  return key === 'rsa-2048' ? 2048 : 3072
}

/** OpenSSH's server-sig-algs: what user keys may sign with (`sshkey_alg_list`, certificates left out). */
const SERVER_SIGNATURE_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** Three extensions, name and value each (kex.c `kex_compose_ext_info_server`). */
export function extInfoBytes({ acceptsSshRsa }: SshServer): number {
  const algorithms = acceptsSshRsa ? [...SERVER_SIGNATURE_ALGORITHMS, 'ssh-rsa'] : SERVER_SIGNATURE_ALGORITHMS
  return (
    TYPE_BYTES +
    UINT32_BYTES +
    textBytes('server-sig-algs') +
    nameListBytes(algorithms) +
    textBytes('publickey-hostbound@openssh.com') +
    textBytes('0') +
    textBytes('ping@openssh.com') +
    textBytes('0')
  )
}

/** SERVICE_REQUEST and SERVICE_ACCEPT both name the service. */
export function serviceBytes(): number {
  return TYPE_BYTES + textBytes('ssh-userauth')
}

function authRequestBytes(user: string, method: string): number {
  return TYPE_BYTES + textBytes(user) + textBytes('ssh-connection') + textBytes(method)
}

export function authNoneBytes(user: string): number {
  return authRequestBytes(user, 'none')
}

export function authFailureBytes(methods: readonly string[]): number {
  return TYPE_BYTES + nameListBytes(methods) + BOOLEAN_BYTES
}

/** Would this key do? (RFC 4252 7) */
export function publicKeyQueryBytes(user: string, key: SshKey, algorithm: string): number {
  return authRequestBytes(user, 'publickey') + BOOLEAN_BYTES + textBytes(algorithm) + stringBytes(publicKeyBytes(key))
}

export function publicKeyOkBytes(key: SshKey, algorithm: string): number {
  return TYPE_BYTES + textBytes(algorithm) + stringBytes(publicKeyBytes(key))
}

/** The same request again, with a signature over the session's identifier and itself. */
export function signedRequestBytes(user: string, key: SshKey, algorithm: string): number {
  return publicKeyQueryBytes(user, key, algorithm) + stringBytes(signatureBytes(key, algorithm))
}

export function authSuccessBytes(): number {
  return TYPE_BYTES
}

/** The global request hostkeys-00@openssh.com: all host keys, for clients that want to learn them. */
export function hostKeysRequestBytes({ hostKeys }: SshServer): number {
  let bytes = TYPE_BYTES + textBytes('hostkeys-00@openssh.com') + BOOLEAN_BYTES
  for (const key of hostKeys) bytes += stringBytes(publicKeyBytes(key))
  return bytes
}

/** Always_display, the message, an empty language tag (RFC 4253 11.3). */
export function debugBytes(text: string): number {
  return TYPE_BYTES + BOOLEAN_BYTES + textBytes(text) + textBytes('')
}

/** Where a forwarded connection is to go, and where it says that it comes from (RFC 4254 7.2). */
export interface DirectTcpip {
  readonly targetHost: string
  /** What x/crypto's `Client.Dial` says, whoever dials: 0.0.0.0 (and port 0, which takes no other room). */
  readonly originHost: string
}

/** Type, sender's channel, window, largest packet, then target and origin with a port each. */
export function channelOpenBytes({ targetHost, originHost }: DirectTcpip): number {
  return (
    TYPE_BYTES +
    textBytes('direct-tcpip') +
    3 * UINT32_BYTES +
    textBytes(targetHost) +
    UINT32_BYTES +
    textBytes(originHost) +
    UINT32_BYTES
  )
}

/** Both channels' numbers, window, largest packet. */
export function channelConfirmationBytes(): number {
  return TYPE_BYTES + 4 * UINT32_BYTES
}

/** Channel, reason, description, language (RFC 4254 5.1). */
export function channelFailureBytes(description: string): number {
  return TYPE_BYTES + 2 * UINT32_BYTES + textBytes(description) + textBytes('')
}

/** @param dataBytes at most CHANNEL_MAX_PACKET_BYTES */
export function channelDataBytes(dataBytes: number): number {
  return TYPE_BYTES + UINT32_BYTES + stringBytes(dataBytes)
}

export function windowAdjustBytes(): number {
  return TYPE_BYTES + 2 * UINT32_BYTES
}

/** CHANNEL_EOF and CHANNEL_CLOSE both name the channel only. */
export function channelEndBytes(): number {
  return TYPE_BYTES + UINT32_BYTES
}
