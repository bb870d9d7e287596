import type { CpuProfile } from './cpu-profile.ts'

export type CpuProfileName = 'go' | 'nodejs' | 'instant'

const FREE = { x25519: 0, x25519mlkem768: 0 }
const FREE_KEYS = { 'ecdsa-p256': 0, 'rsa-2048': 0, ed25519: 0 }

/** Work costs nothing: what remains is the network. */
const INSTANT: CpuProfile = {
  dialNs: 0,
  acceptNs: 0,
  requestNs: 0,
  serveNs: 0,
  responseNs: 0,
  tlsFlightNs: 0,
  keyShareNs: FREE,
  signNs: FREE_KEYS,
  verifyNs: FREE_KEYS,
  recordNs: 0,
  recordByteNs: 0,
  sshSessionNs: 0,
  sshLoginDelayNs: 0,
  sshMessageNs: 0,
  sshPacketNs: 0,
  sshByteNs: 0,
}

export const CPU_PROFILES: Readonly<Record<CpuProfileName, CpuProfile>> = { go: INSTANT, nodejs: INSTANT, instant: INSTANT }
