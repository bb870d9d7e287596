import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ALWAYS, giveAllTime } from '../lab/always.ts'
import { makeCertificates } from '../lab/certificates.ts'
import { leaveOnSignals } from '../lab/leave-on-signals.ts'
import { machine } from '../lab/machine.ts'
import {
  inside,
  makeNetwork,
  measureRoundTrip,
  type Network,
  removeLeftNetworks,
  removeNetwork,
} from '../lab/namespaces.ts'
import { Processes } from '../lab/processes.ts'
import { requirementsOf } from '../lab/requirements.ts'
import { nameOf, readKnobArguments, USAGE } from './arguments.ts'
import { KNOB_CELLS, type KnobCell } from './knob-cells.ts'
import { knobRow, readKnobs } from './read-knobs.ts'

const FILE = 'bench/fidelity/knobs.csv'
const HYSTART = '/sys/module/tcp_cubic/parameters/hystart'
const LONGEST_CELL_MS = 110_000
const NS_PER_MS = 1_000_000
const MAX_ROUNDS = 4

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const read = readKnobArguments(words)
  if (!read.ok) {
    console.error(`${read.message}\n\n${USAGE}`)
    return 2
  }
  const missing = requirementsOf(machine, 'relay').filter(({ isMet, without }) => without === null && !isMet)
  for (const { name, howToGet } of missing) console.error(`missing: ${name} (${howToGet})`)
  if (!machine.exists(HYSTART)) console.error('missing: CUBIC (modprobe tcp_cubic)')
  if (missing.length > 0 || !machine.exists(HYSTART)) return 2
  removeLeftNetworks()
  await measureAll(read.cells)
  return 0
}

async function measureAll(cells: readonly KnobCell[]): Promise<void> {
  const processes = new Processes()
  const folder = mkdtempSync(join(tmpdir(), 'onpath-knobs-'))
  const rows = new Map<string, string[]>()
  const hystart = readFileSync(HYSTART, 'utf8')
  const takeTimeBack = giveAllTime()
  const cleanUp = () => {
    takeTimeBack()
    removeNetwork()
    writeFileSync(HYSTART, hystart)
    rmSync(folder, { recursive: true, force: true })
  }
  leaveOnSignals(processes, cleanUp)
  try {
    makeCertificates(folder)
    await processes.lines(
      machine.find('cc', 'gcc', 'clang')!,
      ['-O2', '-o', join(folder, 'relay'), 'bench/fidelity/lab/relay.c'],
      60_000,
    )
    for (const cell of cells) {
      rows.set(nameOf(cell), await measure(cell, folder, processes))
      await processes.stopAll()
      removeNetwork()
    }
  } finally {
    await processes.stopAll()
    cleanUp()
    write(rows)
  }
}

async function measure(cell: KnobCell, folder: string, processes: Processes): Promise<string[]> {
  const { link, client, server } = cell
  if (cell.hystart !== undefined) writeFileSync(HYSTART, `${cell.hystart}`)
  const seconds = LONGEST_CELL_MS / 1000 + 30
  // The shell leaves, and what the relay says of its pauses is in a file.
  const pauses = join(folder, 'pauses')
  const alone = `exec chrt ${ALWAYS.join(' ')} "$0" "$@" 2>${pauses}`
  const how = { wan: 'relay', relay: ['sh', '-c', alone, join(folder, 'relay')], seconds } as const
  const ends = { ofMaster: client, ofNode: server }
  const network = await makeNetwork({ ...link, cc: 'cubic' }, how, processes, ends)
  const rttMs = await measureRoundTrip(network, processes)
  const isPinned = availableParallelism() > 1
  await processes.start(...inside(network.node, isPinned, [process.execPath, script('../lab/node-server.js'), folder]))
  const values = await askUntouched(cell, network, pauses, processes)
  if (cell.hystart === 0) writeFileSync(HYSTART, '1')
  console.error(
    `${nameOf(cell)}: ${[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]} ms of ${values.length}`,
  )
  return values.map((ms, repetition) => knobRow(cell, rttMs, repetition, ms))
}

/** Repeats a measurement until enough values exist during which the relay did not pause, or the time is over. */
async function askUntouched(
  { what, times, client, link }: KnobCell,
  network: Network,
  pauses: string,
  processes: Processes,
): Promise<number[]> {
  const noDelay = client.hasNagle === true ? '0' : '1'
  const words = [process.execPath, script('./knob-client.js'), network.address, JSON.stringify(what)]
  const values: number[] = []
  let leftMs = LONGEST_CELL_MS
  for (let round = 0; round < MAX_ROUNDS && values.length < times; round++) {
    const missing = times - values.length
    const beganMs = performance.now()
    const ask = inside(network.master, availableParallelism() > 1, [...words, `${missing}`, noDelay])
    const answers = (await processes.lines(...ask, leftMs)).map((line) => line.split(' ').map(Number))
    // Under loss the unlucky last longer, and meet more pauses: to leave those out would be to choose.
    const isUntouched = link.loss > 0 ? () => true : untouchedBy(readFileSync(pauses, 'utf8'))
    values.push(...answers.filter(isUntouched).map(([ms]) => ms))
    const tookMs = performance.now() - beganMs
    leftMs -= tookMs
    if (leftMs < (2 * tookMs * (times - values.length)) / missing) break
  }
  return values
}

function untouchedBy(pauses: string): (answer: readonly number[]) => boolean {
  const ends = [...pauses.matchAll(/^(\d+) ns until (\d+)$/gm)].map(([, ns, end]) => [
    Number(end) - Number(ns),
    Number(end),
  ])
  return ([ms, overNs]) => !ends.some(([from, until]) => from < overNs && until > overNs - ms * NS_PER_MS)
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

/** Writes the measurements. Cells that were not measured now keep their earlier values. */
function write(measured: ReadonlyMap<string, readonly string[]>): void {
  const known = existsSync(FILE) ? readKnobs(readFileSync(FILE, 'utf8')) : []
  const lines = KNOB_CELLS.flatMap((cell) => {
    const now = measured.get(nameOf(cell))
    const before = known.find(({ knob, setting }) => knob === cell.knob && setting === cell.setting)
    return now ?? before?.values.map((ms, repetition) => knobRow(cell, before.rttMs, repetition, ms)) ?? []
  })
  writeFileSync(FILE, `${['knob,setting,rtt_ms,rep,ms', ...lines].join('\n')}\n`)
}

process.env.PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`
process.exitCode = await main(process.argv.slice(2))
