import { NS_PER_MS } from '../../../src/engine/ticks.ts'
import type { EcnUse } from '../../../src/transport/connections/tcp-profile.ts'
import type { TcpOverrides } from '../../../src/transport/profiles/tcp-profiles.ts'

/** The settings of the host under test. */
export interface Settings {
  readonly overrides: TcpOverrides
  readonly congestion: string
  /** TCP_NOTSENT_LOWAT of sockets that do not set it. */
  readonly notSentLowBytes: number
  /** True if segments are compared one by one, as with `ethtool -K tun0 tso off gso off`. */
  readonly isSegmentedByTcp: boolean
}

/** Thrown for a setting in a command of a script that the simulated host does not have. */
export class UnknownSetting extends Error {}

/** The tick of the kernels for which scripts are written (CONFIG_HZ=1000). */
const TICK_NS = NS_PER_MS

/** Commands that change nothing that a script can observe, or that only read counters. */
const WITHOUT_EFFECT =
  /^(?:ip tcp_metrics|ip route flush|tc qdisc (?:add|replace|del(?:ete)?) dev tun0 root(?: pfifo)?$|nstat -n$|\S*sysctl_restore_|sleep|true$|echo 3 \/sys\/module\/tcp_cubic\/parameters\/hystart_detect$)/

/**
 * Reads the commands that prepare a host. `readFile` returns a file beside the script, such as defaults.sh, or null where
 * there is none.
 */
export function readSettings(command: string, readFile: (path: string) => string | null): Settings {
  const values = new Map<string, string>()
  const state: Device = { isSegmentedByTcp: false, paces: false }
  for (const line of linesOf(command)) takeCommand(line, values, state, readFile)
  return settingsOf(values, state)
}

/** Properties of the network device that commands set. */
interface Device {
  isSegmentedByTcp: boolean
  /** Its queue is fq. */
  paces: boolean
}

function takeCommand(
  line: string,
  values: Map<string, string>,
  state: Device,
  readFile: (path: string) => string | null,
): void {
  if (WITHOUT_EFFECT.test(line)) return
  const [program, ...words] = wordsOf(line)
  if (program === 'sysctl') {
    for (const word of words) if (!word.startsWith('-')) takeValue(word, values)
  } else if (program.endsWith('set_sysctls.py')) {
    for (const word of words) takeValue(word.replace(/^\/proc\/sys\//, '').replaceAll('/', '.'), values)
  } else if (program === 'ethtool' && /\btso off\b|\bgso off\b/.test(line)) state.isSegmentedByTcp = true
  else if (/^tc qdisc replace dev tun0 root fq$/.test(line)) state.paces = true
  else if (program.endsWith('.sh')) {
    const text = readFile(program)
    if (text === null) throw new UnknownSetting(`${program} is not there`)
    for (const inner of linesOf(text)) takeCommand(inner, values, state, readFile)
  } else throw new UnknownSetting(`the command "${line}"`)
}

/** Splits into lines, without comments, redirections and what is silenced. */
function linesOf(text: string): string[] {
  return text
    .replaceAll(/\\\n/g, ' ')
    .split(/[\n;]/)
    .map((line) =>
      line
        .replace(/(?:^|\s)#.*$/, '')
        .replaceAll(/\d>\S+|>\s*\/dev\/null/g, '')
        .replaceAll(/\s*>\s*/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '')
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word.replaceAll('"', ''))
}

function takeValue(word: string, values: Map<string, string>): void {
  const [name, value] = word.split('=')
  if (value === undefined) throw new UnknownSetting(`sysctl ${word}`)
  values.set(
    name.replaceAll('/', '.').replace(/^net\.ipv4\./, ''),
    value.replaceAll(/\$\(\(([\d*+\s]+)\)\)/g, (_, sum) => String(sumOf(sum))),
  )
}

/** Computes a sum of products, as the shell does. */
function sumOf(text: string): number {
  return text
    .split('+')
    .map((product) => product.split('*').reduce((value, factor) => value * Number(factor), 1))
    .reduce((sum, value) => sum + value, 0)
}

/** Settings of which the host has only one value, and those that say nothing about TCP over IPv4 without extensions. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  tcp_frto: ['2'],
  tcp_dsack: ['1'],
  tcp_fack: ['0', '1'],
  tcp_reordering: ['3'],
  tcp_recovery: ['1'],
  tcp_pacing_ss_ratio: ['200'],
  tcp_pacing_ca_ratio: ['120'],
  tcp_ecn_option: ['2'],
  tcp_synack_retries: ['5'],
}
const IRRELEVANT = /^tcp_fastopen|^tcp_syncookies$|^net\./

function settingsOf(values: ReadonlyMap<string, string>, { isSegmentedByTcp, paces }: Device): Settings {
  let congestion = 'cubic'
  let notSentLowBytes = 2 ** 32 - 1
  const overrides: { -readonly [Key in keyof TcpOverrides]: TcpOverrides[Key] } = {
    timerTickNs: TICK_NS,
    hasNagle: true,
    paces,
  }
  for (const [name, value] of values) {
    const number = Number(value)
    if (name === 'tcp_congestion_control') congestion = value
    else if (name === 'tcp_notsent_lowat') notSentLowBytes = number
    else if (name === 'tcp_timestamps') overrides.hasTimestamps = number !== 0
    else if (name === 'tcp_ecn' && ECN_BY_SYSCTL[number] !== undefined) overrides.ecn = ECN_BY_SYSCTL[number]
    else if (name === 'tcp_sack') overrides.hasSelectiveAcks = number !== 0
    else if (name === 'tcp_window_scaling') overrides.hasWindowScaling = number !== 0
    else if (name === 'tcp_syn_retries') overrides.synRetries = number + SYN_LINEAR_TIMEOUTS
    else if (name === 'tcp_slow_start_after_idle') overrides.afterIdle = number === 0 ? 'keep' : 'decay'
    else if (name === 'tcp_early_retrans') overrides.probesTail = number >= 3
    else if (name === 'tcp_tso_win_divisor') overrides.windowDivisor = number
    else if (name === 'tcp_invalid_ratelimit') overrides.invalidAckIntervalNs = number * NS_PER_MS
    else if (name === 'tcp_min_tso_segs') overrides.leastBurstSegments = number
    else if (name === 'tcp_rmem') [, overrides.firstReceiveBufferBytes, overrides.receiveBufferBytes] = numbersOf(value)
    else if (name === 'tcp_wmem') [, overrides.firstSendBufferBytes, overrides.sendBufferBytes] = numbersOf(value)
    else if (!IRRELEVANT.test(name) && ONLY[name]?.includes(value) !== true)
      throw new UnknownSetting(`net.ipv4.${name} = ${value}`)
  }
  return { overrides, congestion, notSentLowBytes, isSegmentedByTcp }
}

/** Values of net.ipv4.tcp_ecn. */
const ECN_BY_SYSCTL: readonly (EcnUse | undefined)[] = ['off', 'offer', 'answer']

const SYN_LINEAR_TIMEOUTS = 4

function numbersOf(text: string): number[] {
  return text.trim().split(/\s+/).map(Number)
}
