import { describe, expect, test } from 'vitest'
import {
  negotiateCipher,
  negotiateHostKey,
  OPENSSH_10_0,
  offeredHostKeyAlgorithms,
  type SshKey,
  X_CRYPTO_0_31,
} from '../../src/security/ssh-peers.ts'

const server = (hostKeys: readonly SshKey[], acceptsSshRsa = false) => ({ ...OPENSSH_10_0, hostKeys, acceptsSshRsa })

describe('the host key algorithms of an SSH server', () => {
  test('the host key algorithms of an SSH server are those of its keys in order, with SHA-1 only if it accepts SHA-1', () => {
    expect(offeredHostKeyAlgorithms(server([]))).toEqual([])
    expect(offeredHostKeyAlgorithms(server(['rsa-2048']))).toEqual(['rsa-sha2-512', 'rsa-sha2-256'])
    expect(offeredHostKeyAlgorithms(server(['rsa-3072'], true))).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'])
    expect(offeredHostKeyAlgorithms(server(['ed25519', 'rsa-2048', 'ecdsa-p256']))).toEqual([
      'ssh-ed25519',
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ecdsa-sha2-nistp256',
    ])
  })

  test('the host key algorithms of an SSH server are chosen in the order of the client', () => {
    const client = { ...X_CRYPTO_0_31, hostKeyAlgorithms: ['ssh-rsa', 'ecdsa-sha2-nistp256', 'rsa-sha2-256'] }
    expect(negotiateHostKey(client, server(['rsa-2048']))).toEqual({ algorithm: 'rsa-sha2-256', key: 'rsa-2048' })
    expect(negotiateHostKey(client, server(['rsa-2048'], true))).toEqual({ algorithm: 'ssh-rsa', key: 'rsa-2048' })
    expect(negotiateHostKey(client, server(['rsa-2048', 'ecdsa-p256']))).toEqual({
      algorithm: 'ecdsa-sha2-nistp256',
      key: 'ecdsa-p256',
    })
    expect(negotiateHostKey(client, server(['ed25519']))).toBe(null)
  })
})

test.each([
  ['aes128-gcm', ['aes128-gcm@openssh.com', 'aes128-ctr'], 'hmac-sha2-256-etm@openssh.com'],
  ['chacha20-poly1305', ['chacha20-poly1305@openssh.com', 'aes128-gcm@openssh.com'], 'hmac-sha1'],
  ['aes128-ctr+hmac-sha2-256-etm', ['aes128-ctr'], 'hmac-sha2-256-etm@openssh.com'],
  [null, ['aes128-ctr'], 'hmac-sha1'],
  [null, ['aes256-ctr'], 'hmac-sha2-256-etm@openssh.com'],
  [null, ['aes999'], 'hmac-sha2-256-etm@openssh.com'],
])('the cipher of SSH is %s for a client that prefers %s with %s', (cipher, ciphers, mac) => {
  const everything = {
    ...OPENSSH_10_0,
    ciphers: [...ciphers, 'aes256-ctr'].filter((name) => name !== 'aes999'),
    macs: [mac],
  }
  expect(negotiateCipher({ ...X_CRYPTO_0_31, ciphers, macs: ['hmac-none', mac] }, everything)).toBe(cipher)
})
