import { expect, test } from 'vitest'
import type { CpuProfile } from '../../src/security/cpu-profile.ts'
import { CPU_FIGURES, CPU_PROFILES } from '../../src/security/cpu-profiles.ts'

/** What `npm run fit:cpu` has fitted; SSH is measured with Go only. */
const GO: CpuProfile = {
  wakeNs: 121_273,
  dialNs: 159_283,
  acceptNs: 159_283,
  requestNs: 77_535,
  serveNs: 77_535,
  responseNs: 77_535,
  commandNs: 1_500_000,
  upgradeNs: 4_200_000,
  bodyWriteBytes: 32_768,
  bodyReadBytes: 32_768,
  firstWriteBytes: 4_096,
  socketByteNs: 0,
  packetNs: 1_400,
  coldPacketNs: 0,
  tlsFlightNs: { '1.2': 45_008, '1.3': 117_416 },
  keyShareNs: { x25519: 29_800, x25519mlkem768: 59_600 },
  signNs: { 'ecdsa-p256': 33_660, 'rsa-2048': 434_552, ed25519: 63_224 },
  verifyNs: { 'ecdsa-p256': 103_473, 'rsa-2048': 29_920, ed25519: 103_473 },
  recordNs: 8_523,
  recordByteNs: 0.2754,
  sshSessionNs: 18_581_016,
  sshLoginDelayNs: 7_500_000,
  sshMessageNs: 45_008,
  sshPacketNs: 9_388,
  sshByteNs: 1.5447,
  sshBufferByteNs: 0.585,
}

const NODEJS: CpuProfile = {
  ...GO,
  dialNs: 110_656,
  acceptNs: 110_656,
  requestNs: 44_223,
  serveNs: 44_223,
  responseNs: 44_223,
  bodyWriteBytes: 1_048_576,
  firstWriteBytes: Number.POSITIVE_INFINITY,
  tlsFlightNs: { '1.2': 113_309, '1.3': 288_549 },
  signNs: { 'ecdsa-p256': 352_074, 'rsa-2048': 4_545_294, ed25519: 661_303 },
  verifyNs: { 'ecdsa-p256': 1_082_302, 'rsa-2048': 312_955, ed25519: 1_082_302 },
  recordNs: 8_996,
}

test('the CPU profiles have the figures that were fitted to measurements', () => {
  expect(CPU_FIGURES.go).toEqual(GO)
  expect(CPU_FIGURES.nodejs).toEqual(NODEJS)
})

test('work of the CPU profile instant takes no time', () => {
  const { bodyWriteBytes, bodyReadBytes, firstWriteBytes, ...costs } = CPU_FIGURES.instant
  expect([bodyWriteBytes, bodyReadBytes, firstWriteBytes]).toEqual([32_768, 32_768, Number.POSITIVE_INFINITY])
  const all = Object.values(costs).flatMap((cost) => (typeof cost === 'number' ? [cost] : Object.values(cost)))
  expect(new Set(all)).toEqual(new Set([0]))
})

test.each(Object.entries(CPU_PROFILES))('CPU profile %s has a source for each figure', (_, profile) => {
  expect(Object.keys(profile.sources).sort()).toEqual(Object.keys(profile.figures).sort())
  for (const text of [profile.summary, profile.description, ...Object.values(profile.sources)])
    expect(text).not.toBe('')
})

test('only the CPU profile of Node.js writes records of one size', () => {
  expect(Object.entries(CPU_PROFILES).map(([name, { recordSizing }]) => [name, recordSizing])).toEqual([
    ['go', 'go'],
    ['nodejs', 'fixed'],
    ['instant', 'go'],
  ])
})
