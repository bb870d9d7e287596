/**
 * Fits the CPU profiles to measured latencies: figures are moved until the simulated rows lie as near to the measured
 * medians as they can. Prints the profiles as src/security/cpu-profiles/ has them, and every row's measured and
 * simulated value.
 *
 *   npm run fit:cpu                      the rows without loss in bench/fidelity/real-stacks.csv
 *
 * Over a link the cores of that test bed were kept from sleeping; on loopback they slept whenever an end waited for the
 * other. So the work is what both have, and what loopback has on top, per message, is waking up.
 */
import { readFileSync } from 'node:fs'
import type { CpuProfile } from '../../src/security/cpu-profile.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { kindOf, type MeasuredCell, nameOf } from '../fidelity/measured-cell.ts'
import { readMeasured } from '../fidelity/read-measured.ts'
import { type Figure, fitFigures } from './fit-figures.ts'
import { FittedRow } from './fitted-row.ts'

/** The times of OpenSSL operations on the machine of the measured rows, in nanoseconds. */
const SIGN_NS = { 'ecdsa-p256': 18_900, 'rsa-2048': 244_000, ed25519: 35_500 }
const VERIFY_NS = { 'ecdsa-p256': 58_100, 'rsa-2048': 16_800, ed25519: 58_100 }
const X25519_NS = 29_800
/** The times of key shares. ML-KEM-768 is about as fast as X25519, and the hybrid does both. These are not measured. */
const KEY_SHARE_NS = { x25519: X25519_NS, x25519mlkem768: 2 * X25519_NS }

/**
 * sshd's log-in delay: at 80 ms of round trip the measured set-up is seven round trips and 28.0 ms; on loopback it is
 * 35.6 ms, since there the first of two equal delays is not hidden behind a round trip. Their difference is one delay.
 */
const SSH_LOGIN_DELAY_NS = 7_500_000

/**
 * What a byte of a buffer that sshd takes anew costs was measured on another machine, 0.45 ns (docs/models/ssh.md).
 * That of the rows is slower: 1.9 times in sealing, 1.3 to 1.5 times in starting sshd, which, as a new buffer, is the
 * kernel's memory for the most part. 1.5, since with it all transfers without loss are within their bounds
 * (docs/models/fidelity.md).
 */
const SSH_BUFFER_BYTE_NS = 0.45 * 1.5

const WAKE: Figure = { startNs: 100_000, put: (profile, wakeNs) => ({ ...profile, wakeNs }) }
/**
 * The figures of a connection and a request. Only their sums can be measured, so that the work of a connection is split
 * into two equal parts, and that of a request into three.
 */
const CONNECTION: Figure = { startNs: 100_000, put: (profile, ns) => ({ ...profile, dialNs: ns, acceptNs: ns }) }
const REQUEST: Figure = {
  startNs: 80_000,
  put: (profile, ns) => ({ ...profile, requestNs: ns, serveNs: ns, responseNs: ns }),
}
const RECORD: Figure = { startNs: 10_000, put: (profile, recordNs) => ({ ...profile, recordNs }) }
const FLIGHT_12: Figure = {
  startNs: 50_000,
  put: (profile, ns) => ({ ...profile, tlsFlightNs: { ...profile.tlsFlightNs, '1.2': ns } }),
}
const FLIGHT_13: Figure = {
  startNs: 80_000,
  put: (profile, ns) => ({ ...profile, tlsFlightNs: { ...profile.tlsFlightNs, '1.3': ns } }),
}
/** The figure that stands for all signatures: how much slower than OpenSSL the stack signs and verifies with P-256. */
const SIGNATURE: Figure = {
  startNs: 60_000,
  put: (profile, ns) => ({
    ...profile,
    signNs: scaled(SIGN_NS, ns / SIGN_NS['ecdsa-p256']),
    verifyNs: scaled(VERIFY_NS, ns / SIGN_NS['ecdsa-p256']),
  }),
}
const SSH_PACKET: Figure = { startNs: 10_000, put: (profile, sshPacketNs) => ({ ...profile, sshPacketNs }) }

const rows = readRows('bench/fidelity/real-stacks.csv')

function readRows(file: string): FittedRow[] {
  const read = readMeasured(readFileSync(file, 'utf8'), file)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.cells.filter(({ loss }) => loss === 0).map((cell) => new FittedRow(cell))
}

function rowsOf(stack: string, isWanted: (cell: MeasuredCell) => boolean): FittedRow[] {
  return rows.filter(({ cell }) => cell.stack === stack && isWanted(cell))
}

function isLatency(cell: MeasuredCell): boolean {
  return kindOf(cell) === 'latency'
}

function loopbackRow(path: string, what: string): FittedRow {
  const [row] = rowsOf('go', (cell) => cell.rateMbps === 0 && cell.path === path && cell.what === what)
  return row
}

function scaled<K extends string>(figures: Record<K, number>, factor: number): Record<K, number> {
  return Object.fromEntries(
    Object.entries<number>(figures).map(([key, ns]) => [key, Math.round(ns * factor)]),
  ) as Record<K, number>
}

/**
 * Returns the value of one figure, from 0 to `most`, at which the simulated row equals the measured one. A larger
 * figure only makes the row slower.
 */
function solve(row: FittedRow, most: number, profileWith: (value: number) => CpuProfile): CpuProfile {
  let [low, high] = [0, most]
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2
    if (row.isFasterThanMeasured(profileWith(middle))) low = middle
    else high = middle
  }
  return profileWith(high)
}

/** Rounds nanoseconds per byte to four decimal places. */
function rounded(ns: number): number {
  return Math.round(ns * 10_000) / 10_000
}

/** Returns how the programs of a profile write and read, which is known and not fitted. */
function writesOf(stack: 'go' | 'nodejs'): Pick<CpuProfile, 'bodyWriteBytes' | 'bodyReadBytes' | 'firstWriteBytes'> {
  const { bodyWriteBytes, bodyReadBytes, firstWriteBytes } = CPU_FIGURES[stack]
  return { bodyWriteBytes, bodyReadBytes, firstWriteBytes }
}

function fitGo(): CpuProfile {
  const start = {
    ...CPU_FIGURES.instant,
    ...writesOf('go'),
    keyShareNs: KEY_SHARE_NS,
    sshLoginDelayNs: SSH_LOGIN_DELAY_NS,
    sshBufferByteNs: SSH_BUFFER_BYTE_NS,
  }
  const figures = [WAKE, CONNECTION, REQUEST, RECORD, FLIGHT_12, FLIGHT_13, SIGNATURE, SSH_PACKET]
  const fitted = fitFigures(rowsOf('go', isLatency), figures, start)
  const { tlsFlightNs } = fitted
  const withRecordByte = solve(loopbackRow('tls13', 'bulk200000000'), 10, (ns) => ({
    ...fitted,
    // sshd's messages are much like flights of TLS 1.2.
    sshMessageNs: tlsFlightNs['1.2'],
    recordByteNs: rounded(ns),
  }))
  const withSshByte = solve(loopbackRow('ssh+http', 'bulk200000000'), 10, (ns) => ({
    ...withRecordByte,
    sshByteNs: rounded(ns),
  }))
  return solve(loopbackRow('ssh', 'setup'), 1e8, (ns) => ({ ...withSshByte, sshSessionNs: Math.round(ns) }))
}

/**
 * Fits the profile nodejs. It was only measured on loopback, without bytes and SSH, so that these figures and the
 * wake-up time are those of Go.
 */
function fitNodejs(go: CpuProfile): CpuProfile {
  const figures = [CONNECTION, REQUEST, RECORD, FLIGHT_12, FLIGHT_13, SIGNATURE]
  return fitFigures(rowsOf('nodejs', isLatency), figures, { ...go, ...writesOf('nodejs') })
}

const go = fitGo()
const nodejs = fitNodejs(go)
console.log(JSON.stringify({ go, nodejs }, null, 2))
for (const row of rows) {
  const simulated = row.simulate(row.cell.stack === 'go' ? go : nodejs)
  const error = `${((simulated / row.measured - 1) * 100).toFixed(1)} %`
  const figures = [row.measured, simulated].map((value) => value.toFixed(3).padStart(10))
  console.error(nameOf(row.cell).padEnd(56), 'measured', figures[0], 'simulated', figures[1], error.padStart(8))
}
