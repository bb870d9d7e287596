import { assert } from '../engine/assert.ts'
import { sshLoginRounds } from './ssh-flights.ts'
import {
  channelConfirmationBytes,
  channelDataBytes,
  channelEndBytes,
  channelFailureBytes,
  channelOpenBytes,
  windowAdjustBytes,
} from './ssh-messages.ts'
import { type SshCipher, sealedPacketBytes } from './ssh-packets.ts'
import { negotiateCipher, type SshClient, type SshKey, type SshServer } from './ssh-peers.ts'

/** The parameters of an SSH client, and the server that it connects to. */
export interface SshClientParameters {
  readonly peer: SshClient
  readonly server: SshServer
  readonly user: string
  readonly userKey: SshKey
  /** The name of the host key that it accepts; null for any (x/crypto ssh.InsecureIgnoreHostKey). */
  readonly expectedHostKey: string | null
}

export interface SshServerParameters {
  readonly peer: SshServer
  /** The name of its host key pair. */
  readonly hostKey: string
}

/** The sizes of the messages between two peers on TCP, in bytes. */
export interface SshSizes {
  readonly clientRoundBytes: readonly number[]
  readonly serverRoundBytes: readonly number[]
  readonly cipher: SshCipher
}

/** Indices of rounds in the result of `sshLoginRounds`. */
export const BANNER_ROUND = 0
export const KEX_INIT_ROUND = 1
export const KEY_EXCHANGE_ROUND = 2
export const QUERY_ROUND = 5
export const SIGNATURE_ROUND = 6

export function sshSizes({ peer, server, user, userKey }: SshClientParameters): SshSizes {
  const rounds = sshLoginRounds({ client: peer, server, user, userKey })
  const cipher = negotiateCipher(peer, server)
  assert(cipher !== null, 'SSH peers have a cipher in common')
  return {
    clientRoundBytes: rounds.map((round) => round.client.bytes),
    serverRoundBytes: rounds.map((round) => round.server.bytes),
    cipher,
  }
}

export function dataPacketBytes(lengthBytes: number, cipher: SshCipher): number {
  return sealedPacketBytes(channelDataBytes(lengthBytes), cipher)
}

/** The sizes of the encrypted packets that open, control and close a channel. */
export interface ChannelSizes {
  readonly openBytes: number
  readonly confirmationBytes: number
  readonly failureBytes: number
  readonly adjustBytes: number
  readonly endBytes: number
}

export function channelSizes(cipher: SshCipher, targetHost: string, originHost: string): ChannelSizes {
  return {
    openBytes: sealedPacketBytes(channelOpenBytes({ targetHost, originHost }), cipher),
    confirmationBytes: sealedPacketBytes(channelConfirmationBytes(), cipher),
    failureBytes: sealedPacketBytes(channelFailureBytes('Connection refused'), cipher),
    adjustBytes: sealedPacketBytes(windowAdjustBytes(), cipher),
    endBytes: sealedPacketBytes(channelEndBytes(), cipher),
  }
}
