import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { giveAllTime } from '../lab/always.ts'
import { leaveOnSignals } from '../lab/leave-on-signals.ts'
import { machine } from '../lab/machine.ts'
import { removeLeftNetworks, removeNetwork } from '../lab/namespaces.ts'
import { Processes } from '../lab/processes.ts'
import { requirementsOf } from '../lab/requirements.ts'
import { ALL_TRACES } from './all-traces.ts'
import { readTraceArguments, type TraceOptions, USAGE } from './arguments.ts'
import type { KernelTrace } from './kernel-trace.ts'
import { takeTrace } from './take-trace.ts'

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
    ALL_TRACES.map(({ name }) => name),
  )
  if (!read.ok) {
    console.error(`${read.message}\n\n${USAGE}`)
    return 2
  }
  const missing = requirementsOf(machine, 'relay').filter(({ name, isMet }) => NEEDED.includes(name) && !isMet)
  for (const { name, howToGet } of missing) console.error(`missing: ${name} (${howToGet})`)
  if (missing.length > 0) return 2
  removeLeftNetworks()
  return await takeAll(read.options)
}

async function takeAll({ names, out }: TraceOptions): Promise<number> {
  const wanted = ALL_TRACES.filter(({ name }) => names.length === 0 || names.includes(name))
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
    for (const trace of wanted) await takeOne(trace, { folder, out }, processes, failures)
    if (failures.length > 0) console.error(`not taken:\n${failures.join('\n')}`)
    return failures.length === 0 ? 0 : 1
  } finally {
    await processes.stopAll()
    cleanUp()
  }
}

async function takeOne(
  trace: KernelTrace,
  { folder, out }: { readonly folder: string; readonly out: string },
  processes: Processes,
  failures: string[],
): Promise<void> {
  try {
    const text = await takeTrace(trace, folder, processes)
    writeFileSync(join(out, `${trace.name}.csv`), `# ${trace.about}\n# Linux ${release()}\n${text}`)
    console.error(`${trace.name}: ${text.split('\n').length - 3} packets`)
  } catch (error) {
    failures.push(`${trace.name}: ${String(error)}`)
  }
}

// Where tools of administrators are, which a PATH may leave out.
process.env.PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`
process.exitCode = await main(process.argv.slice(2))
