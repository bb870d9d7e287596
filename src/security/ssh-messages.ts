import { utf8Bytes } from './der.ts'
import { offeredHostKeyAlgorithms, type SshClient, type SshKey, type SshServer } from './ssh-peers.ts'

/**
 * Payload sizes of SSH messages, before padding and encryption: RFC 4253 (transport), 4252 (log-in), 4254 (channels),
 * 5656 and 8731 (key exchange), 8308 (EXT_INFO), OpenSSH's PROTOCOL (hostkeys).
 */

/** Every payload begins with its message number. */
const TYPE_BYTES = 1
const BOOLEAN_BYTES = 1
const UINT32_BYTES = 4

/** The size of a string: its length, a uint32, and its bytes (RFC 4251 section 5). */
function stringBytes(contentBytes: number): number {
  return UINT32_BYTES + contentBytes
}

function textBytes(text: string): number {
  return stringBytes(utf8Bytes(text))
}

/** The size of a name-list: a string of names separated by commas. */
function nameListBytes(names: readonly string[]): number {
  return textBytes(names.join(','))
}

/** KEXINIT: a cookie of 16 bytes, ten name-lists, first_kex_packet_follows, a reserved word (RFC 4253 section 7.1). */
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

/** The size of a Curve25519 public key (RFC 8731 section 3). */
const CURVE25519_BYTES = 32

export function ecdhInitBytes(): number {
  return TYPE_BYTES + stringBytes(CURVE25519_BYTES)
}

/** The server's key exchange: host key, ephemeral key, signature of the exchange hash (RFC 5656 section 4). */
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

/** The size of a positive mpint of `bits` significant bits, with a leading zero byte before a set top bit. */
function mpintBytes(bits: number): number {
  return stringBytes(Math.floor(bits / 8) + 1)
}

/** The size of a public key blob (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4). */
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

/**
 * The size of a signature with its algorithm's name. Half of all ECDSA signatures have one integer with its top bit
 * set.
 */
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

export function modulusBits(key: 'rsa-2048' | 'rsa-3072'): number {
  return key === 'rsa-2048' ? 2048 : 3072
}

/**
 * OpenSSH's server-sig-algs: the signature algorithms for user keys (sshkey.c, sshkey_alg_list, without certificates).
 */
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

/** EXT_INFO: three extensions, each a name and a value (OpenSSH kex.c, kex_compose_ext_info_server). */
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

/** SERVICE_REQUEST or SERVICE_ACCEPT, both with the name of the service. */
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

/** USERAUTH_REQUEST that asks whether a public key would be accepted (RFC 4252 section 7). */
export function publicKeyQueryBytes(user: string, key: SshKey, algorithm: string): number {
  return authRequestBytes(user, 'publickey') + BOOLEAN_BYTES + textBytes(algorithm) + stringBytes(publicKeyBytes(key))
}

export function publicKeyOkBytes(key: SshKey, algorithm: string): number {
  return TYPE_BYTES + textBytes(algorithm) + stringBytes(publicKeyBytes(key))
}

/** USERAUTH_REQUEST with a signature over the session identifier and the request (RFC 4252 section 7). */
export function signedRequestBytes(user: string, key: SshKey, algorithm: string): number {
  return publicKeyQueryBytes(user, key, algorithm) + stringBytes(signatureBytes(key, algorithm))
}

export function authSuccessBytes(): number {
  return TYPE_BYTES
}

/** The global request hostkeys-00@openssh.com with all host keys of the server (OpenSSH PROTOCOL section 2.5). */
export function hostKeysRequestBytes({ hostKeys }: SshServer): number {
  let bytes = TYPE_BYTES + textBytes('hostkeys-00@openssh.com') + BOOLEAN_BYTES
  for (const key of hostKeys) bytes += stringBytes(publicKeyBytes(key))
  return bytes
}

/** DEBUG: always_display, the message, an empty language tag (RFC 4253 section 11.3). */
export function debugBytes(text: string): number {
  return TYPE_BYTES + BOOLEAN_BYTES + textBytes(text) + textBytes('')
}

/** The target and the claimed origin of a forwarded connection (RFC 4254 section 7.2). */
export interface DirectTcpip {
  readonly targetHost: string
  /** The originator address. `Client.Dial` of x/crypto always sends 0.0.0.0 and port 0. */
  readonly originHost: string
}

/** CHANNEL_OPEN: type, sender channel, window, maximum packet size, then target and origin with a port each. */
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

/** CHANNEL_OPEN_CONFIRMATION: both channel numbers, window, maximum packet size. */
export function channelConfirmationBytes(): number {
  return TYPE_BYTES + 4 * UINT32_BYTES
}

/** CHANNEL_OPEN_FAILURE: channel, reason, description, language tag (RFC 4254 section 5.1). */
export function channelFailureBytes(description: string): number {
  return TYPE_BYTES + 2 * UINT32_BYTES + textBytes(description) + textBytes('')
}

/** @param dataBytes at most `SSH_CHANNEL.maxPacketBytes` */
export function channelDataBytes(dataBytes: number): number {
  return TYPE_BYTES + UINT32_BYTES + stringBytes(dataBytes)
}

export function windowAdjustBytes(): number {
  return TYPE_BYTES + 2 * UINT32_BYTES
}

/** CHANNEL_EOF or CHANNEL_CLOSE, both with the channel number only. */
export function channelEndBytes(): number {
  return TYPE_BYTES + UINT32_BYTES
}
