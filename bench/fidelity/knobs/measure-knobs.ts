import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCertificates } from '../lab/certificates.ts'
import { inside, makeNetwork, measureRoundTrip, removeLeftNetworks, removeNetwork } from '../lab/namespaces.ts'
import { Processes } from '../lab/processes.ts'
import { KNOB_CELLS, type KnobCell } from './knob-cells.ts'
import { knobRow, readKnobs } from './read-knobs.ts'

const FILE = 'bench/fidelity/knobs.csv'
const HYSTART = '/sys/module/tcp_cubic/parameters/hystart'
const LONGEST_CELL_MS = 110_000

/**
 * `npm run lab:knobs -- [KNOB…]` measures the named knobs, or all, on this machine (Linux, root), and puts what comes of
 * each in the place of its rows in bench/fidelity/knobs.csv.
 */
async function main(words: readonly string[]): Promise<void> {
  const cells = KNOB_CELLS.filter(({ knob }) => words.length === 0 || words.includes(knob))
  if (cells.length === 0) throw new Error(`knobs are ${[...new Set(KNOB_CELLS.map(({ knob }) => knob))].join(', ')}`)
  removeLeftNetworks()
  const processes = new Processes()
  const folder = mkdtempSync(join(tmpdir(), 'onpath-knobs-'))
  const rows = new Map<string, string[]>()
  const hystart = readFileSync(HYSTART, 'utf8')
  const leave = async (): Promise<void> => {
    await processes.stopAll()
    removeNetwork()
    writeFileSync(HYSTART, hystart)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('SIGINT', () => void leave().finally(() => process.exit(130)))
  process.once('SIGTERM', () => void leave().finally(() => process.exit(130)))
  try {
    makeCertificates(folder)
    await processes.lines('cc', ['-O2', '-o', join(folder, 'relay'), 'bench/fidelity/lab/relay.c'], 60_000)
    for (const cell of cells) {
      rows.set(nameOf(cell), await measure(cell, folder, processes))
      await processes.stopAll()
      removeNetwork()
    }
  } finally {
    await leave()
    write(rows)
  }
}

async function measure(cell: KnobCell, folder: string, processes: Processes): Promise<string[]> {
  const { link, what, times, client, server } = cell
  if (cell.hystart !== undefined) writeFileSync(HYSTART, `${cell.hystart}`)
  const how = { wan: 'relay', relay: [join(folder, 'relay')], seconds: LONGEST_CELL_MS / 1000 + 30 } as const
  const ends = { ofMaster: client, ofNode: server }
  const network = await makeNetwork({ ...link, cc: 'cubic' }, how, processes, ends)
  const rttMs = await measureRoundTrip(network, processes)
  const isPinned = availableParallelism() > 1
  const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const serve = [process.execPath, script('../lab/node-server.js'), folder]
  await processes.start(...inside(network.node, isPinned, serve))
  const noDelay = client.hasNagle === true ? '0' : '1'
  const ask = [process.execPath, script('./knob-client.js'), network.address, JSON.stringify(what), `${times}`, noDelay]
  const values = (await processes.lines(...inside(network.master, isPinned, ask), LONGEST_CELL_MS)).map(Number)
  if (cell.hystart === 0) writeFileSync(HYSTART, '1')
  console.error(`${nameOf(cell)}: ${[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]} ms`)
  return values.map((ms, repetition) => knobRow(cell, rttMs, repetition, ms))
}

function nameOf({ knob, setting }: KnobCell): string {
  return `${knob}: ${setting}`
}

/** What was not measured now stays as it was. */
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
await main(process.argv.slice(2))
