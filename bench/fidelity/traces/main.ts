import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { giveAllTime } from '../lab/always.ts'
import { leaveOnSignals } from '../lab/leave-on-signals.ts'
import { machine } from '../lab/machine.ts'
import { removeLeftNetworks, removeNetwork } from '../lab/namespaces.ts'
import { prepareStacks } from '../lab/prepare-stacks.ts'
import { Processes } from '../lab/processes.ts'
import { GO, requirementsOf, SSHD } from '../lab/requirements.ts'
import { ALL_TRACES } from './all-traces.ts'
import { readTraceArguments, type TraceOptions, USAGE } from './arguments.ts'
import { takeUndisturbed, tryTrace } from './take-trace.ts'
import { tryTunnel } from './take-tunnel.ts'
import { TUNNEL_TRACES } from './tunnel-traces.ts'

const NEEDED = ['Linux', 'root', 'ip', 'chrt and taskset', 'cc', '/dev/net/tun']
const PROGRAMS = [
  ['relay', 'bench/fidelity/lab/relay.c'],
  ['endpoint', 'bench/fidelity/traces/endpoint.c'],
] as const

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const read = readTraceArguments(
    words,
    [...ALL_TRACES, ...TUNNEL_TRACES].map(({ name }) => name),
  )
  if (!read.ok) {
    console.error(`${read.message}\n\n${USAGE}`)
    return 2
  }
  const isWanted = ({ name }: { readonly name: string }) =>
    read.options.names.length === 0 || read.options.names.includes(name)
  const needed = TUNNEL_TRACES.some(isWanted) ? [...NEEDED, 'go', 'sshd'] : NEEDED
  const missing = requirementsOf(machine, 'relay').filter(({ name, isMet }) => needed.includes(name) && !isMet)
  for (const { name, howToGet } of missing) console.error(`missing: ${name} (${howToGet})`)
  if (missing.length > 0) return 2
  removeLeftNetworks()
  return await takeAll(read.options)
}

async function takeAll({ names, out }: TraceOptions): Promise<number> {
  const isWanted = ({ name }: { readonly name: string }) => names.length === 0 || names.includes(name)
  const processes = new Processes()
  const folder = mkdtempSync(join(tmpdir(), 'onpath-trace-'))
  const takeTimeBack = giveAllTime()
  const cleanUp = () => {
    takeTimeBack()
    removeNetwork()
    rmSync(folder, { recursive: true, force: true })
  }
  leaveOnSignals(processes, cleanUp)
  try {
    const cc = machine.find('cc', 'gcc', 'clang')!
    for (const [program, source] of PROGRAMS)
      await processes.lines(cc, ['-O2', '-o', join(folder, program), source], 60_000)
    mkdirSync(out, { recursive: true })
    const failures: string[] = []
    const tunnels = TUNNEL_TRACES.filter(isWanted)
    const takings = ALL_TRACES.filter(isWanted).map((trace) => ({
      trace,
      take: () => tryTrace(trace, folder, processes),
    }))
    const tools = { folder, wan: 'relay', go: machine.find(...GO), sshd: machine.find(...SSHD), cc } as const
    const stacks =
      tunnels.length === 0 ? null : await prepareStacks([{ stack: 'go', path: 'ssh+http' }], tools, processes)
    const tunnelTakings = tunnels.map((trace) => ({
      trace,
      take: () => tryTunnel(trace, folder, stacks!, processes),
    }))
    for (const { trace, take } of [...takings, ...tunnelTakings]) await takeOne(trace, take, out, failures)
    if (failures.length > 0) console.error(`not taken:\n${failures.join('\n')}`)
    return failures.length === 0 ? 0 : 1
  } finally {
    await processes.stopAll()
    cleanUp()
  }
}

async function takeOne(
  { name, about }: { readonly name: string; readonly about: string },
  take: () => Promise<string>,
  out: string,
  failures: string[],
): Promise<void> {
  try {
    const text = await takeUndisturbed(take)
    writeFileSync(join(out, `${name}.csv`), `# ${about}\n# Linux ${release()}\n${text}`)
    console.error(`${name}: ${text.split('\n').length - 3} packets`)
  } catch (error) {
    failures.push(`${name}: ${String(error)}`)
  }
}

// Where tools of administrators are, which a PATH may leave out.
process.env.PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`
process.exitCode = await main(process.argv.slice(2))
