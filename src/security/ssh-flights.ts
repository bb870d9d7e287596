import { assert } from '../engine/assert.ts'
import { utf8Bytes } from './der.ts'
import { type Flight, type FlightPart, flightOf } from './flight.ts'
import {
  authFailureBytes,
  authNoneBytes,
  authSuccessBytes,
  debugBytes,
  ecdhInitBytes,
  ecdhReplyBytes,
  extInfoBytes,
  hostKeysRequestBytes,
  kexInitBytes,
  newKeysBytes,
  publicKeyOkBytes,
  publicKeyQueryBytes,
  serviceBytes,
  signedRequestBytes,
} from './ssh-messages.ts'
import { plainPacketBytes, type SshCipher, sealedPacketBytes } from './ssh-packets.ts'
import { negotiateCipher, negotiateHostKey, type SshClient, type SshKey, type SshServer } from './ssh-peers.ts'

export type SshMessage =
  | 'banner'
  | 'kex-init'
  | 'ecdh-init'
  | 'ecdh-reply'
  | 'new-keys'
  | 'ext-info'
  | 'service-request'
  | 'service-accept'
  | 'auth-none'
  | 'auth-failure'
  | 'public-key-query'
  | 'public-key-ok'
  | 'signed-request'
  | 'auth-success'
  | 'host-keys'
  | 'debug'

export type SshFlight = Flight<SshMessage>

/** The messages that the client sends, and those with which the server answers. */
export interface SshRound {
  readonly name: SshRoundName
  readonly client: SshFlight
  readonly server: SshFlight
}

export type SshRoundName = 'banner' | 'kex-init' | 'key-exchange' | 'service' | 'none' | 'query' | 'signature'

export interface SshLogin {
  readonly client: SshClient
  readonly server: SshServer
  readonly user: string
  readonly userKey: SshKey
}

/**
 * The set-up of an SSH connection up to the log-in, in rounds. A round begins when the previous one has ended, except for
 * the first two: banners cross, and each side sends KEXINIT as soon as it has the other's banner. These two take one
 * round trip together. With the TCP handshake, the set-up takes seven.
 */
export function sshLoginRounds(login: SshLogin): readonly SshRound[] {
  const cipher = negotiateCipher(login.client, login.server)
  assert(cipher !== null, 'SSH peers have a modelled cipher in common')
  return [...keyExchangeRounds(login, cipher), ...authenticationRounds(login, cipher)]
}

type Part = FlightPart<SshMessage>

function plain(message: SshMessage, payloadBytes: number, blockBytes: 8 | 16): Part {
  return { message, bytes: plainPacketBytes(payloadBytes, blockBytes), isSealed: false }
}

function sealed(message: SshMessage, payloadBytes: number, cipher: SshCipher): Part {
  return { message, bytes: sealedPacketBytes(payloadBytes, cipher), isSealed: true }
}

/** A banner: one line that ends in CR LF (RFC 4253 section 4.2). */
function banner(text: string): SshFlight {
  return flightOf([{ message: 'banner', bytes: utf8Bytes(text) + 2, isSealed: false }])
}

function keyExchangeRounds({ client, server }: SshLogin, cipher: SshCipher): SshRound[] {
  const hostKey = negotiateHostKey(client, server)
  assert(hostKey !== null, 'SSH peers have a host key algorithm in common')
  const replyParts = [
    plain('ecdh-reply', ecdhReplyBytes(hostKey.key, hostKey.algorithm), server.plainBlockBytes),
    plain('new-keys', newKeysBytes(), server.plainBlockBytes),
  ]
  // OpenSSH sends EXT_INFO at once to clients that announce support for it (RFC 8308 section 2.4).
  if (client.keyExchanges.includes('ext-info-c')) replyParts.push(sealed('ext-info', extInfoBytes(server), cipher))
  return [
    { name: 'banner', client: banner(client.banner), server: banner(server.banner) },
    {
      name: 'kex-init',
      client: flightOf([plain('kex-init', kexInitBytes(client), client.plainBlockBytes)]),
      server: flightOf([plain('kex-init', kexInitBytes(server), server.plainBlockBytes)]),
    },
    {
      name: 'key-exchange',
      client: flightOf([plain('ecdh-init', ecdhInitBytes(), client.plainBlockBytes)]),
      server: flightOf(replyParts),
    },
  ]
}

function authenticationRounds({ client, server, user, userKey }: SshLogin, cipher: SshCipher): SshRound[] {
  const algorithm = userKeyAlgorithm(client, userKey)
  const hidden = (message: SshMessage, payloadBytes: number): Part => sealed(message, payloadBytes, cipher)
  return [
    {
      name: 'service',
      client: flightOf([
        plain('new-keys', newKeysBytes(), client.plainBlockBytes),
        hidden('service-request', serviceBytes()),
      ]),
      server: flightOf([hidden('service-accept', serviceBytes())]),
    },
    {
      name: 'none',
      client: flightOf([hidden('auth-none', authNoneBytes(user))]),
      server: flightOf([hidden('auth-failure', authFailureBytes(server.authMethods))]),
    },
    {
      name: 'query',
      client: flightOf([hidden('public-key-query', publicKeyQueryBytes(user, userKey, algorithm))]),
      server: flightOf([hidden('public-key-ok', publicKeyOkBytes(userKey, algorithm))]),
    },
    {
      name: 'signature',
      client: flightOf([hidden('signed-request', signedRequestBytes(user, userKey, algorithm))]),
      server: flightOf([
        hidden('auth-success', authSuccessBytes()),
        hidden('host-keys', hostKeysRequestBytes(server)),
        ...Array.from({ length: KEY_LOOKUPS }, () => hidden('debug', debugBytes(acceptedKeyText(server)))),
      ]),
    },
  ]
}

function userKeyAlgorithm(client: SshClient, key: SshKey): string {
  switch (key) {
    case 'ed25519':
      return 'ssh-ed25519'
    case 'ecdsa-p256':
      return 'ecdsa-sha2-nistp256'
    case 'rsa-2048':
    case 'rsa-3072':
      return client.rsaAlgorithm
  }
}

/** OpenSSH looks up the user's key for the query and for the signature. Each time it records the key's options. */
const KEY_LOOKUPS = 2

/** The debug message about a key's options, which OpenSSH sends after the log-in (auth.c, auth_log_authopts). */
function acceptedKeyText({ authorizedKeysFile }: SshServer): string {
  return `${authorizedKeysFile}:1: key options: agent-forwarding port-forwarding pty user-rc x11-forwarding`
}
