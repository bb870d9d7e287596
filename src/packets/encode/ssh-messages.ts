import type { SshMessage } from '../../security/ssh-flights.ts'
import { modulusBits } from '../../security/ssh-messages.ts'
import {
  negotiateHostKey,
  offeredHostKeyAlgorithms,
  type SshClient,
  type SshKey,
  type SshServer,
} from '../../security/ssh-peers.ts'
import { ByteWriter } from './byte-writer.ts'
import * as der from './der.ts'
import { fillerOf } from './filler.ts'

/**
 * Messages of SSH before encryption begins, in their real layout: RFC 4253 (identification strings, KEXINIT), RFC 5656
 * and RFC 8731 (key exchange). The sizes equal those in src/security/ssh-messages.ts.
 */

/** Message numbers (RFC 4250 section 4.1.2, RFC 5656 section 7.1). */
const KEXINIT = 20
const NEWKEYS = 21
const KEX_ECDH_INIT = 30
const KEX_ECDH_REPLY = 31

const CURVE25519_BYTES = 32

function string(writer: ByteWriter, content: Uint8Array | string): ByteWriter {
  return writer.vector(4, (inside) => (typeof content === 'string' ? inside.text(content) : inside.bytes(content)))
}

export function identification(peer: SshClient | SshServer): Uint8Array {
  return new ByteWriter().text(`${peer.banner}\r\n`).take()
}

/** The two peers of a connection, and the connection's name, from which its filler derives. */
export interface SshEnds {
  readonly client: SshClient
  readonly server: SshServer
  readonly isClients: boolean
  readonly name: string
}

/** Returns the payload of a message that is sent before encryption begins. */
export function plainPayload(message: SshMessage, ends: SshEnds): Uint8Array {
  const { client, server, isClients, name } = ends
  switch (message) {
    case 'kex-init':
      return kexInit(isClients ? client : server, name)
    case 'ecdh-init':
      return string(new ByteWriter().number(KEX_ECDH_INIT, 1), fillerOf(`${name}/share`, CURVE25519_BYTES)).take()
    case 'ecdh-reply':
      return ecdhReply(client, server, name)
    default:
      return new ByteWriter().number(NEWKEYS, 1).take()
  }
}

function kexInit(peer: SshClient | SshServer, name: string): Uint8Array {
  const hostKeys = 'hostKeys' in peer ? offeredHostKeyAlgorithms(peer) : peer.hostKeyAlgorithms
  const { keyExchanges, ciphers, macs, compressions } = peer
  const lists = [keyExchanges, hostKeys, ciphers, ciphers, macs, macs, compressions, compressions, [], []]
  const writer = new ByteWriter().number(KEXINIT, 1).bytes(fillerOf(`${name}/cookie`, 16))
  for (const list of lists) string(writer, list.join(','))
  return writer.number(0, 1).number(0, 4).take()
}

function ecdhReply(client: SshClient, server: SshServer, name: string): Uint8Array {
  const negotiated = negotiateHostKey(client, server)
  const { key, algorithm } = negotiated ?? { key: server.hostKeys[0], algorithm: offeredHostKeyAlgorithms(server)[0] }
  const writer = new ByteWriter().number(KEX_ECDH_REPLY, 1)
  string(writer, publicKey(key, name))
  string(writer, fillerOf(`${name}/share`, CURVE25519_BYTES))
  string(writer, signature(key, algorithm, name))
  return writer.take()
}

/** Returns the blob of a public key (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4). */
function publicKey(key: SshKey, name: string): Uint8Array {
  const writer = new ByteWriter()
  switch (key) {
    case 'ed25519':
      string(writer, 'ssh-ed25519')
      return string(writer, fillerOf(`${name}/host-key`, 32)).take()
    case 'ecdsa-p256':
      string(writer, 'ecdsa-sha2-nistp256')
      string(writer, 'nistp256')
      return string(writer, Uint8Array.of(0x04, ...fillerOf(`${name}/host-key`, 64))).take()
    case 'rsa-2048':
    case 'rsa-3072': {
      const bits = modulusBits(key)
      string(writer, 'ssh-rsa')
      string(writer, Uint8Array.of(1, 0, 1))
      return string(writer, mpint(bits, fillerOf(`${name}/host-key`, bits / 8))).take()
    }
  }
}

function signature(key: SshKey, algorithm: string, name: string): Uint8Array {
  const writer = string(new ByteWriter(), algorithm)
  switch (key) {
    case 'ed25519':
      return string(writer, fillerOf(`${name}/signature`, 64)).take()
    case 'ecdsa-p256': {
      const pair = new ByteWriter()
      string(pair, mpint(256, fillerOf(`${name}/r`, 32)))
      string(pair, mpint(255, fillerOf(`${name}/s`, 32)))
      return string(writer, pair.take()).take()
    }
    case 'rsa-2048':
    case 'rsa-3072':
      return string(writer, fillerOf(`${name}/signature`, modulusBits(key) / 8)).take()
  }
}

/** Returns the octets of a positive number of `bits` bits. A DER INTEGER has the same octets (RFC 4251 section 5). */
function mpint(bits: number, filler: Uint8Array): Uint8Array {
  return der.integerContent(bits, filler)
}
