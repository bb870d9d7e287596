import type { CpuProfile } from './cpu-profile.ts'

export type CpuProfileName = 'go' | 'nodejs' | 'instant'

/**
 * Go 1.24 `net/http` and `x/crypto/ssh` against OpenSSH 10.0 on one core of a 2 vCPU AMD EPYC, Linux 6.18: fitted to
 * the medians of measured rows by `npm run fit:cpu`, which shows how far each row is off (6 % at the most).
 */
const GO: CpuProfile = {
  wakeNs: 140_410,
  dialNs: 155_646,
  acceptNs: 155_646,
  requestNs: 65_685,
  serveNs: 65_685,
  responseNs: 65_685,
  bodyWriteBytes: 32 * 1024, // io.Copy
  tlsFlightNs: { '1.2': 26_971, '1.3': 102_601 },
  keyShareNs: { x25519: 29_800, x25519mlkem768: 59_600 },
  signNs: { 'ecdsa-p256': 34_264, 'rsa-2048': 442_350, ed25519: 64_358 },
  verifyNs: { 'ecdsa-p256': 105_330, 'rsa-2048': 30_457, ed25519: 105_330 },
  recordNs: 8_733,
  recordByteNs: 0.2625,
  sshSessionNs: 18_584_525,
  sshLoginDelayNs: 7_500_000,
  sshMessageNs: 26_971,
  sshPacketNs: 1_386,
  sshByteNs: 2.0129,
}

/** Node.js 20.20 `http` and `https` (OpenSSL 3.0), fitted likewise to loopback rows; the rest is Go's. */
const NODEJS: CpuProfile = {
  ...GO,
  dialNs: 104_277,
  acceptNs: 104_277,
  requestNs: 31_465,
  serveNs: 31_465,
  responseNs: 31_465,
  bodyWriteBytes: 1024 * 1024, // as the server of the test bed does; a Buffer is handed on as it is
  tlsFlightNs: { '1.2': 95_447, '1.3': 272_603 },
  signNs: { 'ecdsa-p256': 352_074, 'rsa-2048': 4_545_294, ed25519: 661_303 },
  verifyNs: { 'ecdsa-p256': 1_082_302, 'rsa-2048': 312_955, ed25519: 1_082_302 },
  recordNs: 9_005,
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
}

export const CPU_PROFILES: Readonly<Record<CpuProfileName, CpuProfile>> = { go: GO, nodejs: NODEJS, instant: INSTANT }
