import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { nameOfStream, readStreamCells, STREAM_COLUMNS } from '../kubectl/stream-cell.ts'
import { nameOf } from '../measured-cell.ts'
import { readMeasured } from '../read-measured.ts'
import { giveAllTime } from './always.ts'
import { type LabOptions, readLabArguments, USAGE } from './arguments.ts'
import { byNetwork, type GridCell, gridOf, type Stacks } from './grid.ts'
import { buildKubectlStub } from './kubectl-stub.ts'
import { leaveOnSignals } from './leave-on-signals.ts'
import { machine } from './machine.ts'
import { type MeasuredRow, measureGrid } from './measure-grid.ts'
import { type MeasuredStream, measureStreams, streamRows } from './measure-streams.ts'
import { removeLeftNetworks, removeNetwork } from './namespaces.ts'
import { buildRelay, prepareStacks } from './prepare-stacks.ts'
import { Processes } from './processes.ts'
import { GO, kubectlNeeds, type Requirement, requirementsOf, SSHD } from './requirements.ts'

const COMMITTED = ['bench/fidelity/real-stacks.csv', 'bench/fidelity/short-queues.csv']
const HEAD = 'stack,oneway_us,rate_mbps,queue,loss,cc,rtt_ms,path,what,rep,value'

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const read = readLabArguments(words)
  if (!read.ok) {
    console.error(`${read.message}\n\n${USAGE}`)
    return 2
  }
  const { options } = read
  const ofKubectl = options.kubectl === null ? [] : kubectlNeeds(machine)
  const requirements = [...requirementsOf(machine, options.wan), ...ofKubectl]
  const missing = requirements.filter(({ isMet }) => !isMet)
  for (const requirement of missing) console.error(inWords(requirement))
  if (missing.some(({ without }) => without === null)) return 2
  if (!existsSync(dirname(options.out))) {
    console.error(`${options.out}: there is no such folder`)
    return 2
  }
  removeLeftNetworks()
  if (options.kubectl !== null) return await measureKubectl(options.kubectl, options)
  const isMet = (name: string) => !missing.some((requirement) => requirement.name === name)
  const cells = cellsOf(options, { go: isMet('go'), ssh: isMet('go') && isMet('sshd') })
  if (cells.length === 0) {
    console.error('there is no such cell that this machine can measure')
    return 2
  }
  return await measureAndWrite(cells, options)
}

function cellsOf({ isFull, cells }: LabOptions, stacks: Stacks): GridCell[] {
  const committed = COMMITTED.flatMap((file) => {
    const read = readMeasured(readFileSync(file, 'utf8'), file)
    if (!read.ok) throw new Error(read.problems.join('\n'))
    return read.cells.map((cell) => ({ ...cell, stack: cell.stack === 'go-lab' ? 'go' : cell.stack }))
  })
  const words = cells?.split(/\s+/) ?? []
  return gridOf(committed, isFull, stacks).filter((cell) => {
    const name = nameOf({ ...cell, rttMs: cell.onewayUs / 500, values: [] })
    return words.every((word) => name.includes(word))
  })
}

/** Measures kubectl under the conditions of the rows of a file. */
async function measureKubectl(file: string, { cells, minutes, out, repetitions }: LabOptions): Promise<number> {
  const read = readStreamCells(readFileSync(file, 'utf8'), file)
  if (!read.ok) {
    console.error(read.problems.slice(0, 20).join('\n'))
    return 2
  }
  const words = cells?.split(/\s+/) ?? []
  const wanted = read.cells.filter((cell) => words.every((word) => nameOfStream(cell).includes(word)))
  if (wanted.length === 0) {
    console.error('there is no such cell')
    return 2
  }
  const measured: MeasuredStream[] = []
  const write = () => {
    if (measured.length > 0) writeFileSync(out, `${[STREAM_COLUMNS, ...measured.flatMap(streamRows)].join('\n')}\n`)
  }
  return await inTheLab(write, async (folder, processes) => {
    console.error(`${wanted.length} cells; building`)
    const stub = await buildKubectlStub(machine.find(...GO)!, folder, processes)
    const relay = await buildRelay(machine.find('cc', 'gcc', 'clang')!, folder, processes)
    const deadlineMs = performance.now() + minutes * 60_000
    return await measureStreams(wanted, { folder, relay, stub, repetitions, deadlineMs }, measured, processes)
  })
}

async function measureAndWrite(cells: readonly GridCell[], { wan, minutes, out }: LabOptions): Promise<number> {
  const rows: MeasuredRow[] = []
  const write = () => {
    if (rows.length > 0) writeFileSync(out, `${[HEAD, ...rows.map(rowText)].join('\n')}\n`)
  }
  return await inTheLab(write, async (folder, processes) => {
    console.error(`${cells.length} cells; building`)
    const programs = await prepareStacks(
      cells,
      { folder, wan, go: machine.find(...GO), sshd: machine.find(...SSHD), cc: machine.find('cc', 'gcc', 'clang') },
      processes,
    )
    const isPinned = wan === 'relay' && availableParallelism() > 1
    const deadlineMs = performance.now() + minutes * 60_000
    return await measureGrid(byNetwork(cells), { folder, wan, isPinned, programs, deadlineMs }, rows, processes)
  })
}

/**
 * Measures with a temporary folder, and restores the machine. `measure` returns the cells that could not be measured;
 * `write` writes what was measured so far.
 */
async function inTheLab(
  write: () => void,
  measure: (folder: string, processes: Processes) => Promise<string[]>,
): Promise<number> {
  const processes = new Processes()
  const folder = mkdtempSync(join(tmpdir(), 'onpath-lab-'))
  const takeTimeBack = giveAllTime()
  const cleanUp = () => {
    takeTimeBack()
    removeNetwork()
    rmSync(folder, { recursive: true, force: true })
  }
  leaveOnSignals(processes, () => {
    cleanUp()
    write()
  })
  try {
    const failures = await measure(folder, processes)
    write()
    console.error('\nnow: npm run fidelity -- --measured FILE')
    if (failures.length > 0) console.error(`not measured:\n${failures.join('\n')}`)
    return failures.length === 0 ? 0 : 1
  } finally {
    await processes.stopAll()
    cleanUp()
  }
}

function inWords({ name, howToGet, without }: Requirement): string {
  return without === null ? `missing: ${name} (${howToGet})` : `missing: ${name}, so ${without} (${howToGet})`
}

function rowText({ cell, rttMs, repetition, value }: MeasuredRow): string {
  const { stack, onewayUs, rateMbps, queuePackets, loss, cc, path, what } = cell
  return [stack, onewayUs, rateMbps, queuePackets, loss, cc, rttMs, path, what, repetition, value].join(',')
}

// Where tools of administrators are, which a PATH may leave out.
process.env.PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`
process.exitCode = await main(process.argv.slice(2))
