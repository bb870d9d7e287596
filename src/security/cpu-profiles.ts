import type { CpuProfile } from './cpu-profile.ts'

export type CpuProfileName = 'go' | 'nodejs' | 'instant'

/**
 * Go 1.24 `net/http` and `x/crypto/ssh` against OpenSSH 10.0 on one core of a 2 vCPU AMD EPYC, Linux 6.18: fitted to
 * the medians of measured rows by `npm run fit:cpu`, which shows how far each row is off (8 % at the most).
 */
const GO: CpuProfile = {
  wakeNs: 121_273,
  dialNs: 159_283,
  acceptNs: 159_283,
  requestNs: 77_535,
  serveNs: 77_535,
  responseNs: 77_535,
  bodyWriteBytes: 32 * 1024, // io.Copy
  firstWriteBytes: 4 * 1024,
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
  sshByteNs: 1.7073,
  sshBufferByteNs: 0.675,
}

/** Node.js 20.20 `http` and `https` (OpenSSL 3.0), fitted likewise to loopback rows; the rest is Go's. */
const NODEJS: CpuProfile = {
  ...GO,
  dialNs: 110_656,
  acceptNs: 110_656,
  requestNs: 44_223,
  serveNs: 44_223,
  responseNs: 44_223,
  bodyWriteBytes: 1024 * 1024, // as the server of the test bed does; a Buffer is handed on as it is
  firstWriteBytes: Number.POSITIVE_INFINITY, // and the head with it
  tlsFlightNs: { '1.2': 113_309, '1.3': 288_549 },
  signNs: { 'ecdsa-p256': 352_074, 'rsa-2048': 4_545_294, ed25519: 661_303 },
  verifyNs: { 'ecdsa-p256': 1_082_302, 'rsa-2048': 312_955, ed25519: 1_082_302 },
  recordNs: 8_996,
}

/** Work costs nothing: what remains is the network. */
const INSTANT: CpuProfile = {
  wakeNs: 0,
  dialNs: 0,
  acceptNs: 0,
  requestNs: 0,
  serveNs: 0,
  responseNs: 0,
  bodyWriteBytes: GO.bodyWriteBytes,
  firstWriteBytes: Number.POSITIVE_INFINITY,
  tlsFlightNs: { '1.2': 0, '1.3': 0 },
  keyShareNs: { x25519: 0, x25519mlkem768: 0 },
  signNs: { 'ecdsa-p256': 0, 'rsa-2048': 0, ed25519: 0 },
  verifyNs: { 'ecdsa-p256': 0, 'rsa-2048': 0, ed25519: 0 },
  recordNs: 0,
  recordByteNs: 0,
  sshSessionNs: 0,
  sshLoginDelayNs: 0,
  sshMessageNs: 0,
  sshPacketNs: 0,
  sshByteNs: 0,
  sshBufferByteNs: 0,
}

export const CPU_PROFILES: Readonly<Record<CpuProfileName, CpuProfile>> = { go: GO, nodejs: NODEJS, instant: INSTANT }
