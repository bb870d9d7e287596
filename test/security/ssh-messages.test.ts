import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SSH_CHANNEL, windowGrantBytes } from '../../src/security/ssh-channel.ts'
import {
  channelConfirmationBytes,
  channelDataBytes,
  channelEndBytes,
  channelOpenBytes,
  windowAdjustBytes,
} from '../../src/security/ssh-messages.ts'
import { plainPacketBytes, type SshCipher, sealedPacketBytes } from '../../src/security/ssh-packets.ts'

const gcm: SshCipher = 'aes128-gcm'
const ctr: SshCipher = 'aes128-ctr+hmac-sha2-256-etm'
const chacha: SshCipher = 'chacha20-poly1305'

/** Bytes written to a channel, and bytes on TCP, as measured (docs/facts/ssh.md). */
const measuredData: Readonly<Record<SshCipher, readonly (readonly [number, number])[]>> = {
  [gcm]: [
    [1, 36],
    [16, 52],
    [64, 100],
    [200, 244],
    [1000, 1044],
    [1460, 1508],
    [16_384, 16_420],
    [32_768, 32_804],
  ],
  [ctr]: [
    [1, 52],
    [16, 68],
    [200, 260],
    [1000, 1060],
    [16_384, 16_436],
    [32_768, 32_820],
  ],
  [chacha]: [
    [200, 236],
    [1000, 1036],
  ],
}

describe('SSH channel data', () => {
  test.each([gcm, ctr, chacha])('SSH channel data, %s: has the measured size for each length', (cipher) => {
    const computed = measuredData[cipher].map(([n]) => [n, sealedPacketBytes(channelDataBytes(n), cipher)])
    expect(computed).toEqual(measuredData[cipher])
  })

  test('SSH channel data is padded to whole blocks with 4 to 4 + block - 1 bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 35_000 }), fc.constantFrom(gcm, ctr, chacha), (payloadBytes, cipher) => {
        const block = cipher === chacha ? 8 : 16
        const tag = cipher === ctr ? 32 : 16
        const covered = sealedPacketBytes(payloadBytes, cipher) - 4 - tag
        const padding = covered - 1 - payloadBytes
        return covered % block === 0 && padding >= 4 && padding < 4 + block
      }),
    )
  })
})

describe('an SSH channel for a forwarded connection', () => {
  const open = channelOpenBytes({ targetHost: '127.0.0.1', originHost: '0.0.0.0' })

  test.each([
    [gcm, 100, 52, 36],
    [ctr, 116, 68, 52],
  ] as const)(
    'an SSH channel for a forwarded connection, %s: messages have the measured sizes',
    (cipher, openBytes, confirmBytes, endBytes) => {
      expect(sealedPacketBytes(open, cipher)).toBe(openBytes)
      expect(sealedPacketBytes(channelConfirmationBytes(), cipher)).toBe(confirmBytes)
      expect(sealedPacketBytes(channelEndBytes(), cipher)).toBe(endBytes)
    },
  )

  test('an SSH channel has a window adjust message of the measured size with the client of 2017', () => {
    expect(sealedPacketBytes(windowAdjustBytes(), ctr)).toBe(52)
  })
})

test('SSH packets before NEWKEYS, with their length field, are padded to 8 bytes by OpenSSH and to 16 by x/crypto', () => {
  expect(plainPacketBytes(1, 8)).toBe(16)
  expect(plainPacketBytes(1, 16)).toBe(16)
  expect(plainPacketBytes(1034, 8)).toBe(1048)
  expect(plainPacketBytes(1034, 16)).toBe(1056)
})

describe('an SSH receiver', () => {
  test('an SSH receiver grants window only when the window is short of more than three packets', () => {
    expect(windowGrantBytes(SSH_CHANNEL.windowBytes - 98_304, 98_304)).toBe(0)
    expect(windowGrantBytes(SSH_CHANNEL.windowBytes - 98_305, 98_305)).toBe(98_305)
  })

  test('an SSH receiver grants no more window than its reader has consumed', () => {
    expect(windowGrantBytes(0, 1000)).toBe(1000)
    expect(windowGrantBytes(0, 0)).toBe(0)
  })
})
