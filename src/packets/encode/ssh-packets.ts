import type { FlightPart } from '../../security/flight.ts'
import { type SshMessage, sshLoginRounds } from '../../security/ssh-flights.ts'
import type { SshCipher } from '../../security/ssh-packets.ts'
import type { SshClientParameters } from '../../security/ssh-parameters.ts'
import { negotiateCipher } from '../../security/ssh-peers.ts'
import { ByteWriter } from './byte-writer.ts'
import { fillerOf } from './filler.ts'
import { identification, plainPayload, type SshEnds } from './ssh-messages.ts'

const TAG_BYTES: Readonly<Record<SshCipher, number>> = {
  'aes128-gcm': 16,
  'chacha20-poly1305': 16,
  'aes128-ctr+hmac-sha2-256-etm': 32,
}

/** Returns the bytes on TCP that one end sends in a round of the login (see sshLoginRounds). */
export function encodeRound(
  round: number,
  { peer, server, user, userKey }: SshClientParameters,
  isClients: boolean,
  name: string,
): Uint8Array {
  const { client: clients, server: servers } = sshLoginRounds({ client: peer, server, user, userKey })[round]
  const ends: SshEnds = { client: peer, server, isClients, name }
  const cipher = negotiateCipher(peer, server) ?? 'aes128-gcm'
  const writer = new ByteWriter()
  for (const [i, part] of (isClients ? clients : servers).parts.entries())
    writer.bytes(encodePart(part, ends, cipher, `${name}/${round}/${i}`))
  return writer.take()
}

function encodePart(part: FlightPart<SshMessage>, ends: SshEnds, cipher: SshCipher, name: string): Uint8Array {
  if (part.message === 'banner') return identification(ends.isClients ? ends.client : ends.server)
  if (part.isSealed) return sealedPacket(part.bytes, cipher, name)
  const payload = plainPayload(part.message, ends)
  const paddingBytes = part.bytes - 5 - payload.length
  return new ByteWriter()
    .number(part.bytes - 4, 4)
    .number(paddingBytes, 1)
    .bytes(payload)
    .bytes(fillerOf(`${name}/padding`, paddingBytes))
    .take()
}

/**
 * Returns an encrypted packet. Its length field is in clear, except with ChaCha20-Poly1305 (RFC 5647 section 7.2,
 * OpenSSH's PROTOCOL and PROTOCOL.chacha20poly1305).
 */
export function sealedPacket(bytes: number, cipher: SshCipher, name: string): Uint8Array {
  const packet = fillerOf(name, bytes)
  if (cipher !== 'chacha20-poly1305') packet.set(new ByteWriter().number(bytes - 4 - TAG_BYTES[cipher], 4).take())
  return packet
}
