import type { CpuProfile } from './cpu-profile.ts'

export type CpuProfileName = 'go' | 'nodejs' | 'instant'

/**
 * Go 1.24 `net/http` and `x/crypto/ssh` against OpenSSH 10.0 on one core of a 2 vCPU AMD EPYC, Linux 6.18: fitted to
 * the medians of loopback rows by `npm run fit:cpu`, which shows how far each row is off (6 % at the most).
 */
const GO: CpuProfile = {
  dialNs: 213_813,
  acceptNs: 213_813,
  requestNs: 157_439,
  serveNs: 157_439,
  responseNs: 157_439,
  tlsFlightNs: 105_000,
  keyShareNs: { x25519: 29_800, x25519mlkem768: 59_600 },
  signNs: { 'ecdsa-p256': 66_150, 'rsa-2048': 854_000, ed25519: 124_250 },
  verifyNs: { 'ecdsa-p256': 203_350, 'rsa-2048': 58_800, ed25519: 203_350 },
  recordNs: 9_721,
  recordByteNs: 0.2025,
  sshSessionNs: 18_914_296,
  sshLoginDelayNs: 7_500_000,
  sshMessageNs: 105_000,
  sshPacketNs: 46_072,
  sshByteNs: 0.014,
}

/** Node.js 20.20 `http` and `https` (OpenSSL 3.0), fitted likewise; bytes and SSH were not measured, and are Go's. */
const NODEJS: CpuProfile = {
  ...GO,
  dialNs: 151_080,
  acceptNs: 151_080,
  requestNs: 125_072,
  serveNs: 125_072,
  responseNs: 125_072,
  tlsFlightNs: 250_000,
  signNs: { 'ecdsa-p256': 378_000, 'rsa-2048': 4_880_000, ed25519: 710_000 },
  verifyNs: { 'ecdsa-p256': 1_162_000, 'rsa-2048': 336_000, ed25519: 1_162_000 },
  recordNs: 17_071,
}

/** Work costs nothing: what remains is the network. */
const INSTANT: CpuProfile = {
  dialNs: 0,
  acceptNs: 0,
  requestNs: 0,
  serveNs: 0,
  responseNs: 0,
  tlsFlightNs: 0,
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
}

export const CPU_PROFILES: Readonly<Record<CpuProfileName, CpuProfile>> = { go: GO, nodejs: NODEJS, instant: INSTANT }
