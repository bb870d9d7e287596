import { describe, expect, test } from 'vitest'
import { type SshRoundName, sshLoginRounds } from '../../src/security/ssh-flights.ts'
import { kexInitBytes } from '../../src/security/ssh-messages.ts'
import {
  negotiateCipher,
  negotiateHostKey,
  OPENSSH_10_0,
  type SshClient,
  type SshServer,
  X_CRYPTO_0_31,
  X_CRYPTO_2017,
  X_CRYPTO_2018,
  X_CRYPTO_2020,
} from '../../src/security/ssh-peers.ts'

/** The server of docs/facts/ssh.md: Debian's three host keys, with SHA-1 signatures for the client of 2017. */
const measuredServer: SshServer = {
  ...OPENSSH_10_0,
  hostKeys: ['rsa-3072', 'ecdsa-p256', 'ed25519'],
  acceptsSshRsa: true,
}

/** The bytes on TCP of the client, then of the server. */
type MeasuredRounds = Readonly<Record<SshRoundName, readonly [number, number]>>

const measured: readonly { readonly title: string; readonly client: SshClient; readonly rounds: MeasuredRounds }[] = [
  {
    title: 'x/crypto 0.31 (aes128-gcm)',
    client: X_CRYPTO_0_31,
    rounds: {
      banner: [12, 41],
      'kex-init': [1120, 1048],
      'key-exchange': [48, 572],
      service: [68, 52],
      none: [68, 68],
      query: [372, 340],
      signature: [660, 960],
    },
  },
  {
    title: 'x/crypto of 2017 (aes128-ctr, hmac-sha2-256-etm)',
    client: X_CRYPTO_2017,
    rounds: {
      banner: [12, 41],
      'kex-init': [816, 1048],
      'key-exchange': [48, 280],
      service: [84, 68],
      none: [84, 84],
      query: [388, 340],
      signature: [660, 1024],
    },
  },
]

describe('a log-in to OpenSSH 10.0 with an RSA-2048 key', () => {
  test.each(measured)(
    'OpenSSH 10.0 log-in with an RSA-2048 key, $title: each flight has the measured size',
    ({ client, rounds }) => {
      const computed = sshLoginRounds({ client, server: measuredServer, user: 'root', userKey: 'rsa-2048' })
      expect(
        Object.fromEntries(computed.map((round) => [round.name, [round.client.bytes, round.server.bytes]])),
      ).toEqual(rounds)
    },
  )

  test.each([
    [X_CRYPTO_0_31, 2348, 3081],
    [X_CRYPTO_2017, 2092, 2885],
  ] as const)(
    'an OpenSSH 10.0 log-in with an RSA-2048 key has the measured total size in each direction',
    (client, clientBytes, serverBytes) => {
      const rounds = sshLoginRounds({ client, server: measuredServer, user: 'root', userKey: 'rsa-2048' })
      expect(rounds.reduce((sum, round) => sum + round.client.bytes, 0)).toBe(clientBytes)
      expect(rounds.reduce((sum, round) => sum + round.server.bytes, 0)).toBe(serverBytes)
    },
  )
})

describe('the algorithms that SSH peers negotiate', () => {
  test('the algorithms that SSH peers negotiate are the client’s first choice, not the server’s', () => {
    expect(negotiateCipher(X_CRYPTO_0_31, OPENSSH_10_0)).toBe('aes128-gcm')
    expect(negotiateCipher(X_CRYPTO_2017, OPENSSH_10_0)).toBe('aes128-ctr+hmac-sha2-256-etm')
    expect(negotiateHostKey(X_CRYPTO_0_31, measuredServer)).toEqual({
      algorithm: 'ecdsa-sha2-nistp256',
      key: 'ecdsa-p256',
    })
    expect(negotiateHostKey(X_CRYPTO_0_31, OPENSSH_10_0)).toEqual({ algorithm: 'ssh-ed25519', key: 'ed25519' })
  })

  test('a client of 2017 has no RSA host key if the SSH server allows no SHA-1', () => {
    const rsaOnly: SshServer = { ...OPENSSH_10_0, hostKeys: ['rsa-2048'] }
    expect(negotiateHostKey(X_CRYPTO_2017, rsaOnly)).toBeNull()
    expect(negotiateHostKey(X_CRYPTO_2017, { ...rsaOnly, acceptsSshRsa: true })).toEqual({
      algorithm: 'ssh-rsa',
      key: 'rsa-2048',
    })
  })

  test('the algorithms that SSH peers negotiate have ChaCha20-Poly1305 if the client prefers it', () => {
    const client: SshClient = { ...X_CRYPTO_0_31, ciphers: ['chacha20-poly1305@openssh.com'] }
    expect(negotiateCipher(client, OPENSSH_10_0)).toBe('chacha20-poly1305')
    expect(negotiateCipher({ ...client, ciphers: ['aes256-ctr'] }, OPENSSH_10_0)).toBeNull()
  })
})

describe('a log-in between SSH peers', () => {
  const login = { client: X_CRYPTO_2017, server: measuredServer, user: 'root', userKey: 'rsa-2048' } as const

  test('an SSH log-in without a common modelled cipher is a bug', () => {
    const client: SshClient = { ...X_CRYPTO_2017, ciphers: ['aes256-ctr'] }
    expect(() => sshLoginRounds({ ...login, client })).toThrow('modelled cipher')
  })

  test('an SSH log-in without a common host key algorithm is a bug', () => {
    expect(() => sshLoginRounds({ ...login, server: { ...measuredServer, hostKeys: [] } })).toThrow(
      'host key algorithm in common',
    )
  })

  test('an SSH log-in has a KEXINIT that is shorter by a group that a later release no longer offers', () => {
    const offered = [
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group14-sha1',
    ]
    expect(X_CRYPTO_2018.keyExchanges).toEqual([...offered, 'diffie-hellman-group1-sha1'])
    expect(X_CRYPTO_2020.keyExchanges).toEqual(offered)
    expect(kexInitBytes(X_CRYPTO_2018) - kexInitBytes(X_CRYPTO_2020)).toBe(',diffie-hellman-group1-sha1'.length)
  })
})

test('only the banners, KEXINITs, key exchange and NEWKEYS of an SSH log-in are in plaintext', () => {
  const rounds = sshLoginRounds({ client: X_CRYPTO_0_31, server: OPENSSH_10_0, user: 'root', userKey: 'ed25519' })
  const inClear = rounds.flatMap((round) => [...round.client.parts, ...round.server.parts]).filter((p) => !p.isSealed)
  expect(new Set(inClear.map((part) => part.message))).toEqual(
    new Set(['banner', 'kex-init', 'ecdh-init', 'ecdh-reply', 'new-keys']),
  )
})

test('an ed25519 host key makes a shorter key exchange reply than the measured ECDSA key', () => {
  const rounds = sshLoginRounds({ client: X_CRYPTO_0_31, server: OPENSSH_10_0, user: 'root', userKey: 'rsa-2048' })
  expect(rounds[2].server.parts.map((part) => [part.message, part.bytes])).toEqual([
    ['ecdh-reply', 192],
    ['new-keys', 16],
    ['ext-info', 292],
  ])
})
